import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { BOTH_CHECKS } from "../checks/both/index.js";
import { BOTH_ROWS } from "../checks/both/rows.js";
import type { Report } from "../report/report.js";
import { judgeTarget, selectChecks } from "../runner/judge.js";
import { startBothTarget } from "./both-target.js";

const bin = (name: string): string => fileURLToPath(new URL(`../../bin/${name}`, import.meta.url));
const rows = new Map(BOTH_ROWS.map((row) => [row.id, row]));

async function judgePair(
  faults: { host?: string; sandbox?: string },
  only: readonly string[],
): Promise<Report> {
  const target = await startBothTarget({
    host: [process.execPath, bin("sandpipe-self-host.mjs"), ...(faults.host ? [faults.host] : [])],
    sandbox: [
      bin("sandpipe-self-sandbox"),
      ...(faults.sandbox ? ["--fault", faults.sandbox] : []),
      "{script}",
    ],
    timeoutScale: faults.host || faults.sandbox ? 0.3 : 1,
    jobs: 4,
  });
  return judgeTarget(
    target,
    { checks: selectChecks(BOTH_CHECKS, { only }), rows },
    { seed: 1, runs: 6, shrinkMs: 0 },
  );
}

describe("a pair", () => {
  test("has a row for each check", () => {
    expect(BOTH_CHECKS.map(({ id }) => id)).toEqual([...rows.keys()]);
  });

  test("of the kit's own host and sandbox conforms", { timeout: 60_000 }, async () => {
    const report = await judgePair({}, []);
    expect(report.checks.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    expect(report.exitCode).toBe(0);
  });

  test.each([
    [{ host: "answers-swapped" }, "both:call:own-result"],
    [{ sandbox: "answers-by-order" }, "both:call:own-result"],
    [{ host: "some-answers-lost" }, "both:call:executed-once"],
    [{ sandbox: "print-lost-after-large" }, "both:output:whole"],
    [{ host: "result-as-text" }, "both:result:handed-over"],
    [{ host: "emits-reversed" }, "both:emit:kept"],
    [{ sandbox: "raw-prints" }, undefined],
  ])("in which %j is wrong is judged by what comes of it", { timeout: 60_000 }, async (faults, id) => {
    const report = await judgePair(faults, id === undefined ? [] : [id]);
    const red = report.checks.filter(({ verdict }) => verdict === "fail").map((check) => check.id);
    // Prints outside frames are a matter of taste where the host takes them as output all the same.
    expect(red).toEqual(id === undefined ? [] : [id]);
  });
});
