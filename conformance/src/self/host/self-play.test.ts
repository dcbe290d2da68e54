import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ensureOnPath } from "../../../../scripts/services/install.js";
import { HOST_ODDITIES } from "../../oddities/host/index.js";
import { judge, type JudgeSettings } from "../../runner/judge.js";

ensureOnPath("bwrap", "bubblewrap");

const HOST = fileURLToPath(new URL("../../../bin/sandpipe-self-host.mjs", import.meta.url));
const seed = Number(process.env["SANDPIPE_TEST_SEED"] ?? 1);
const PARTS = 3;

/** What of a report speaks against a host: everything but passed checks and what was only seen. */
async function complaints(
  command: readonly string[],
  settings: Pick<JudgeSettings, "seed" | "runs" | "shard">,
) {
  const report = await judge({ role: "host", command, profile: "full", timeoutScale: 4, ...settings });
  expect(report.checks.length).toBeGreaterThan(settings.shard ? 50 : 150);
  return report.checks
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "informational")
    .map(({ id, verdict, reason, failure }) => ({ id, verdict, reason, facts: failure?.facts }));
}

describe("the kit's own host", { timeout: 600_000 }, () => {
  test.each([seed, seed + 1])("passes every host check from seed %i", async (one) => {
    expect(await complaints([process.execPath, HOST], { seed: one }), `seed ${one}`).toEqual([]);
  });

  // Each oddity meets a third of the checks, another one from the next seed; `npm run mutants` puts all to all.
  const odd = HOST_ODDITIES.map(({ name }, at) => ({ name, part: ((seed + at) % PARTS) + 1 }));
  test.each(odd)("is not blamed for being odd: $name, part $part", async ({ name, part }) => {
    const shard = { index: part, of: PARTS };
    const found = await complaints([process.execPath, HOST, name], { seed, runs: 1, shard });
    // Whether every situation is met is shown above, by as many sessions as a user runs.
    expect(
      found.filter(({ verdict }) => verdict !== "not-exercised"),
      `seed ${seed}`,
    ).toEqual([]);
  });
});
