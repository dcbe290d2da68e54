import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judge } from "../../runner/judge.js";
import { HOST_MUTANTS } from "./index.js";

const HOST = fileURLToPath(new URL("../../../bin/sandpipe-self-host.mjs", import.meta.url));
/** Another seed can be tried: SANDPIPE_TEST_SEED=7. */
const seed = Number(process.env["SANDPIPE_TEST_SEED"] ?? 1);

const areas = [...new Set(HOST_MUTANTS.map(({ breaks }) => breaks.split(":")[0] ?? ""))];

// Most of a mutant's time is spent waiting for what never comes: several wait at once.
describe.concurrent.each(areas)("host mutants of the area %s", (area) => {
  const mutants = HOST_MUTANTS.filter(({ breaks }) => breaks.startsWith(`${area}:`));

  test.each(mutants)("$name is killed by the check of $breaks", async ({ name, breaks }) => {
    const report = await judge({
      role: "host",
      command: [process.execPath, HOST, name],
      only: [breaks],
      profile: "strict",
      seed,
      // What never comes is awaited for a shorter while; a budget for shrinking would only be spent.
      timeoutScale: 0.3,
      checkMs: 110_000,
      shrinkMs: 0,
    });
    const [result] = report.checks;
    expect(result, `seed ${seed}`).toMatchObject({ id: breaks, verdict: "fail" });
    expect(result?.failure?.facts.length, `seed ${seed}`).toBeGreaterThan(0);
  });
});
