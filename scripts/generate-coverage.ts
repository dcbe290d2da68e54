/**
 * Writes docs/coverage.md: requirement × check × mutants × vectors. `--check` writes nothing and exits 1 where the
 * committed page differs, or where a testable row has neither a check nor a plan. Needs the built kit.
 */
import { format } from "prettier";
import { coverageFaults, coveragePage } from "./coverage.js";
import { readCover } from "./read-cover.js";
import { writeOrCheck } from "./write-or-check.js";

const versions = (await readCover()).toReversed();
const faults = versions.flatMap(({ version, cover }) => coverageFaults(version, cover));
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
}
const head =
  "# Coverage\n\nMade by `scripts/generate-coverage.ts` from the rows, the kit's checks and mutants, and the vectors; not edited by hand.\n";
const page = [head, ...versions.map(({ version, cover }) => coveragePage(version, cover))].join("\n");
writeOrCheck(
  new Map([["docs/coverage.md", await format(`${page}\n`, { parser: "markdown" })]]),
  "npx tsx scripts/generate-coverage.ts",
);
