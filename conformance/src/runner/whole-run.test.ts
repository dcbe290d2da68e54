import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { AnyWholeSession } from "../commands/whole-session.js";
import { echoes, integers, right } from "./fake-checks.js";
import { createFakeTarget, fakeRow, type FakeSeen } from "./fake-target.js";
import { judgeTarget, type JudgeSettings } from "./judge.js";
import { replayCase } from "./replay-case.js";
import { seedOf } from "./seed.js";
import { makeCase } from "./shrink.js";
import { parseToken } from "./token.js";
import { wholeName } from "./whole-run.js";

/** Sessions of numbers: one below 100 breaks no row; the hundreds say which one a greater one breaks. */
const sessions: AnyWholeSession<unknown, FakeSeen> = {
  role: "host",
  given: fc.integer({ min: 0, max: 299 }),
  rows: ["call:a:b", "call:a:c", "call:a:d"],
  runs: 24,
  when: (value) => ({ id: "whole", value }),
  then(seen, value) {
    const row = ["none", "call:a:b", "call:a:c", "call:a:d"][Math.floor(Number(value) / 100)] as string;
    const fact = { about: "the sum", expected: value, actual: seen.value };
    return [
      { ...fact, row },
      { ...fact, row: "call:a:consequence" },
    ];
  },
  otherwise: () => "call:a:d",
};
const checks = ["call:a:b", "call:a:c", "call:a:e"].map((id) => echoes(id, integers));
const rows = new Map(checks.map(({ id }) => [id, fakeRow(id)]));
/** Right in every check of its own, wrong in whole sessions from 110 on. */
const wrongTogether = (plan: unknown) => {
  const { id, value } = plan as { id: string; value: number };
  return id === "whole" && value >= 110 ? { seen: { value: "no" } } : right(plan);
};
const judgeWith = (settings: JudgeSettings = {}, by = checks) =>
  judgeTarget(createFakeTarget(wrongTogether), { checks: by, sessions, rows }, { seed: 3, ...settings }, [
    "x",
  ]);

test("what only whole sessions find is charged to the row that they break, shrunk, with a token of their own", async () => {
  const report = await judgeWith();
  expect(report.checks.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["call:a:b", "fail"],
    ["call:a:c", "fail"],
    ["call:a:e", "pass"],
  ]);
  expect(report.checks.map(({ failure }) => failure?.given)).toEqual([110, 200, undefined]);
  expect(report.checks[0]?.failure?.facts).toEqual([{ about: "the sum", expected: 110, actual: "no" }]);
  expect(report.sessions).toBeGreaterThan(3 * 6 + 24);

  const { token = "", given } = report.checks[0]?.failure ?? {};
  const read = parseToken(token);
  expect(read).toMatchObject({ check: "call:a:b", whole: true });
  const seed = seedOf(3, wholeName(sessions), read?.index ?? -1);
  expect(makeCase(sessions.given, seed, read?.path)).toBe(given);

  const [check] = checks;
  const again = { given, token };
  const { signal } = new AbortController();
  const replay = (respond: Parameters<typeof createFakeTarget>[0]) =>
    replayCase(check as never, rows.get("call:a:b"), again, createFakeTarget(respond), signal, sessions);
  expect(await replay(wrongTogether)).toMatchObject({ status: "failing" });
  expect(await replay(right)).toMatchObject({ status: "fixed" });
});

test("a row that isn't selected is not charged, and the cases of the others are the same", async () => {
  const whole = await judgeWith();
  const one = await judgeWith({}, checks.slice(1));
  expect(one.checks[0]?.failure?.token).toBe(whole.checks[1]?.failure?.token);
});

test("a failing whole session of an earlier run is tried first", async () => {
  const earlier = new Map([
    ["call:a:c", { given: 250, token: "0.1.0/call:a:c/1/w0/0", minimal: true, whole: true }],
  ]);
  const report = await judgeWith({ earlier });
  expect(report.checks[1]?.failure).toMatchObject({ given: 250, token: "0.1.0/call:a:c/1/w0/0" });
});
