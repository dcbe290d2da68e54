import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ensureOnPath } from "../../../../scripts/services/install.js";
import { HOST_ODDITIES } from "../../oddities/host/index.js";
import { judge, type JudgeSettings } from "../../runner/judge.js";

ensureOnPath("bwrap", "bubblewrap");

const HOST = fileURLToPath(new URL("../../../bin/sandpipe-self-host.mjs", import.meta.url));
const seed = Number(process.env["SANDPIPE_TEST_SEED"] ?? 1);
const PARTS = 6;

/** What of a report speaks against a host: everything but passed checks and what was only seen. */
async function complaints(
  command: readonly string[],
  settings: Required<Pick<JudgeSettings, "seed">> & Pick<JudgeSettings, "runs" | "shard">,
) {
  const report = await judge({ role: "host", command, profile: "full", timeoutScale: 4, ...settings });
  expect(report.checks.length).toBeGreaterThan(settings.shard ? 25 : 150);
  return report.checks
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "informational")
    .map(({ id, verdict, reason, failure }) => ({ id, verdict, reason, facts: failure?.facts }));
}

describe("the kit's own host", { timeout: 600_000 }, () => {
  test("passes every host check", async () => {
    expect(await complaints([process.execPath, HOST], { seed }), `seed ${seed}`).toEqual([]);
  });

  // Each oddity meets a sixth of the checks from a seed of its own, so that together they are a further run of all of
  // them; `npm run mutants` puts all to all, and `npm run false-alarms` many whole seeds.
  const odd = HOST_ODDITIES.map(({ name }, at) => ({ name, part: (at % PARTS) + 1, own: seed + 1 + at }));
  test.each(odd)("is not blamed for being odd: $name, part $part, seed $own", async ({ name, part, own }) => {
    const shard = { index: part, of: PARTS };
    const found = await complaints([process.execPath, HOST, name], { seed: own, runs: 1, shard });
    // Whether every situation is met is shown above, by as many sessions as a user runs.
    expect(found.filter(({ verdict }) => verdict !== "not-exercised")).toEqual([]);
  });
});
