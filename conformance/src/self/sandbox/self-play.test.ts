import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { environmentServers } from "../../databases/server.js";
import { useServers } from "../../databases/start-for-test.js";
import { SANDBOX_ODDITIES } from "../../oddities/sandbox/index.js";
import { judge } from "../../runner/judge.js";
import type { Report } from "../../report/report.js";

const launcher = fileURLToPath(new URL("../../../bin/sandpipe-self-sandbox", import.meta.url));

async function play(seed: number, runs: number, deviation?: string): Promise<Report> {
  const fault = deviation === undefined ? [] : ["--fault", deviation];
  return judge({
    ...{ role: "sandbox", command: [launcher, ...fault, "{script}"], seed, runs, timeoutScale: 4 },
    servers: environmentServers(process.env),
  });
}

useServers();

/** Of what a sandbox only may do it is told whether it does. */
function unlike(report: Report, right: readonly string[] = ["pass"]): unknown[] {
  return report.checks
    .filter(
      ({ verdict, level }) => !right.includes(verdict) && !(level === "MAY" && verdict === "informational"),
    )
    .map(({ id, verdict, reason, failure }) => ({ id, verdict, reason, facts: failure?.facts.slice(0, 3) }));
}

describe("the kit's own sandbox", { timeout: 600_000 }, () => {
  test.each([1, 2026])("passes every check from seed %i", async (seed) => {
    const report = await play(seed, 8);
    expect(unlike(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: "conforms", exitCode: 0 });
  });

  test.each(SANDBOX_ODDITIES)("stays green as an oddity: $name", async ({ name }) => {
    const report = await play(3, 2, name);
    // So few sessions may miss a situation; what they meet must be right.
    expect(unlike(report, ["pass", "not-exercised"])).toEqual([]);
  });
});
