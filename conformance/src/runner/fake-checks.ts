import * as fc from "fast-check";
import type { AnyCheck, Check } from "../checks/check.js";
import { createFakeTarget, fakeRow, type FakeSeen } from "./fake-target.js";
import { judgeTarget, type JudgeSettings } from "./judge.js";
import type { Report } from "../report/report.js";
import type { Session } from "../target/target.js";

/** A check of a fake subject. */
export type FakeCheck = AnyCheck<unknown, FakeSeen>;

/** A check that puts its case to the subject and expects it back. */
export function echoes<Case>(
  id: string,
  given: fc.Arbitrary<Case>,
  more: Partial<Check<Case, unknown, FakeSeen>> = {},
): FakeCheck {
  const check: Check<Case, unknown, FakeSeen> = {
    id,
    given,
    when: (value) => ({ id, value }),
    then: (seen, value) => [{ about: "the echo", expected: value, actual: seen.value }],
    reach: { count: () => 1 },
    ...more,
  };
  return check as FakeCheck;
}

/** A prerequisite of every host check. */
export const PRE = "session:open:answered";
/** The case and the check that a plan of `echoes` carries. */
export const valueOf = (plan: unknown): unknown => (plan as { value: unknown }).value;
export const idOf = (plan: unknown): string => (plan as { id: string }).id;
/** The response of a subject that is right. */
export const right = (plan: unknown): Partial<Session<FakeSeen>> => ({ seen: { value: valueOf(plan) } });

/** Judges a fake subject by these checks, whose rows are MUSTs of core unless told otherwise. */
export const judgeFake = (
  respond: Parameters<typeof createFakeTarget>[0],
  checks: readonly FakeCheck[],
  settings: JudgeSettings = {},
  subject: Parameters<typeof createFakeTarget>[1] = {},
  rows: readonly (readonly [id: string, row: Parameters<typeof fakeRow>[1]])[] = [],
): Promise<Report> => {
  const known = new Map(checks.map(({ id }) => [id, fakeRow(id)]));
  for (const row of rows) known.set(row[0], fakeRow(...row));
  return judgeTarget(createFakeTarget(respond, subject), { checks, rows: known }, { seed: 7, ...settings }, [
    "fake",
  ]);
};

/** Cases that shrink. */
export const integers = fc.integer({ min: 0, max: 1_000_000 });
