import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judge } from "../../runner/judge.js";

const launcher = fileURLToPath(new URL("../../../bin/sandpipe-self-sandbox", import.meta.url));

describe("frame:emit:never-interleaved", { timeout: 120_000 }, () => {
  test.each(["print-lost-after-large", "partial-line-held", "stdout-write-uncaptured"])(
    "has nothing to say of output that is merely lost: %s",
    async (name) => {
      const report = await judge({
        ...{ role: "sandbox", command: [launcher, "--fault", name, "{script}"] },
        only: ["frame:emit:never-interleaved"],
        seed: 1,
      });
      expect(report.checks).toMatchObject([{ verdict: "pass" }]);
    },
  );
});
