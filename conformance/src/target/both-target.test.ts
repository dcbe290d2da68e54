import { describe, expect, test } from "vitest";
import { BOTH_CHECKS } from "../checks/both/index.js";
import { BOTH_ROWS } from "../checks/both/rows.js";
import { selfCommand } from "../mutants/judge-mutant.js";
import type { Report } from "../report/report.js";
import { judge } from "../runner/judge.js";
import { PAIR_MARK } from "./split-pair.js";

interface Faults {
  readonly host?: string;
  readonly sandbox?: string;
}

function judgePair({ host, sandbox }: Faults, only: readonly string[]): Promise<Report> {
  const command = [
    ...selfCommand("host", host === undefined ? [] : [host]),
    PAIR_MARK,
    ...selfCommand("sandbox", sandbox === undefined ? [] : [sandbox]),
  ];
  const faulty = host !== undefined || sandbox !== undefined;
  return judge({
    ...{ role: "both", command, only, seed: 1, runs: 6, shrinkMs: 0, jobs: 4 },
    timeoutScale: faulty ? 0.3 : 1,
  });
}

describe("a pair", () => {
  test("has a row for each check", () => {
    expect(BOTH_CHECKS.map(({ id }) => id)).toEqual(BOTH_ROWS.map(({ id }) => id));
  });

  test("of the kit's own host and sandbox conforms over both transports", async () => {
    const report = await judgePair({}, []);
    expect(report.checks.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    expect(report).toMatchObject({ exitCode: 0, role: "both", subject: { driver: { language: "javascript" } } });
  });

  test.each([
    [{ host: "answers-swapped" }, "both:call:own-result"],
    [{ sandbox: "answers-by-order" }, "both:call:own-result"],
    [{ host: "some-answers-lost" }, "both:call:executed-once"],
    [{ sandbox: "print-lost-after-large" }, "both:output:whole"],
    [{ host: "result-as-text" }, "both:result:handed-over"],
    [{ host: "emits-reversed" }, "both:emit:kept"],
    [{ host: "http-error-status" }, "both:http:own-result"],
    [{ host: "some-answers-lost" }, "both:http:executed-once"],
    [{ sandbox: "print-lost-after-large" }, "both:http:output-whole"],
    [{ host: "result-as-text" }, "both:http:result-handed-over"],
    [{ host: "emits-reversed" }, "both:http:emits-kept"],
    [{ sandbox: "raw-prints" }, undefined],
  ])("in which %j is wrong is judged by what comes of it", async (faults, id) => {
    const report = await judgePair(faults, id === undefined ? [] : [id]);
    const red = report.checks.filter(({ verdict }) => verdict === "fail");
    // Prints outside frames are a matter of taste where the host takes them as output all the same.
    expect(red.map((check) => check.id)).toEqual(id === undefined ? [] : [id]);
    expect(red.map(({ failure }) => failure?.blame)).toEqual(red.map(() => "host-or-sandbox"));
  });
});
