import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take minutes, the longest first: begun last, one of them would run alone. */
const LONGEST = [
  "conformance/src/mutants/host/",
  "conformance/src/self/",
  "implementations/rust-host/",
  "conformance/src/mutants/",
  "conformance/src/trivial/",
  "implementations/",
  "scripts/start-pages",
  "scripts/site/",
  "conformance/src/cli/",
  "conformance/src/target/",
  "reference-sandbox/src/datasources/",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((part) => moduleId.includes(`/${part}`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    include: ["*/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "implementations/*/target/**", ".build/**"],
    // Real processes are started on a shared machine: deadlines are generous, nothing is judged by time.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    // One more than the cores that CI has: much of what is tested waits.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Nothing here fetches over TLS, and Node reads the file that this names at each start: longer than all the rest of it.
    env: { NODE_EXTRA_CA_CERTS: "" },
    reporters: ["default", ["json", { outputFile: ".build/vitest.json" }]],
  },
});
