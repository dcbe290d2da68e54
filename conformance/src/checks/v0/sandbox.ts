import * as fc from "fast-check";
import { shrunkAs } from "../../arbitraries/shrunk-as.js";
import { cuts, offsetsOf } from "../../arbitraries/cuts.js";
import { json, params } from "../../arbitraries/json.js";
import { text, wideText } from "../../arbitraries/text.js";
import type { Answer, SandboxStep } from "../../target/sandbox-plan.js";
import { sandboxCheck, type Fact, type SandboxCheck } from "../check.js";
import { resultFact, shown } from "../sandbox/facts.js";
import { overPipesToo } from "../sandbox/over-pipes.js";
import { answers, apisOf, call, calls, give, range } from "../sandbox/steps.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";

/** Results of calls, and an order in which they are answered. */
const ordered = (min: number, max: number): fc.Arbitrary<{ values: unknown[]; order: number[] }> =>
  fc
    .array(json, { minLength: min, maxLength: max })
    .chain((values) =>
      fc
        .shuffledSubarray(range(1, values.length), { minLength: values.length })
        .map((order) => ({ values, order })),
    );

const unknownIds = fc.array(
  fc.oneof(
    fc.constantFrom("nobody", "__proto__", "constructor", "toString", "req-999999", "0"),
    text.filter((some) => some !== "").map((some) => `nobody's ${some}`),
  ),
  { minLength: 1, maxLength: 6 },
);

/** Checks of a sandbox of version 0, in the order of the requirement rows. */
export const sandboxChecksV0: readonly SandboxCheck[] = [
  sandboxCheck(
    "frame:receive:any-boundary",
    overPipesToo({
      given: fc.record({
        values: fc.array(fc.oneof(json, wideText), { minLength: 1, maxLength: 12 }),
        where: fc.option(cuts, { nil: undefined }),
      }),
      when: ({ values, where }) => {
        const lines = values.map((result) => ({ line: { id: "req-1", result } }));
        return {
          steps: [
            give(...calls(values.map(() => undefined))),
            {
              do: "answer",
              answers: answers(values.map((value, index) => [index + 1, value])),
              ...(where === undefined ? {} : { cuts: offsetsOf(where, lines) }),
            },
            { do: "await-done", of: range(1, values.length) },
          ],
        };
      },
      then: (seen, { values }) => values.map((value, index) => resultFact(seen, index + 1, value)),
      reach: { count: (_, { values }) => values.length, floor: 8 },
    }),
  ),

  sandboxCheck("call:id:never-reused", {
    given: shrunkAs(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
    ),
    when: (rounds) => {
      let n = 0;
      return {
        steps: rounds.flatMap((count): SandboxStep[] => {
          const of = range(n + 1, n + count);
          n += count;
          return [
            give(...of.map((step) => call(step))),
            { do: "answer", answers: answers(of.map((step) => [step, step])) },
            { do: "await-done", of },
          ];
        }),
      };
    },
    then: (seen) => {
      const used = new Set<unknown>();
      return seen.frames.map(({ value: { id }, at }) => {
        const actual = used.has(id) ? "used again" : "used once";
        used.add(id);
        return { about: `the id ${JSON.stringify(id)}`, expected: "used once", actual, at };
      });
    },
    reach: { count: (_, rounds) => rounds.length - 1, floor: 4 },
  }),

  sandboxCheck("call:correlate:own-answer", {
    given: ordered(2, 40),
    when: ({ values, order }) => ({
      steps: [
        give(...calls(values)),
        { do: "await-calls", of: order },
        // One write each: that a read may hold several is another requirement.
        ...order.flatMap((n): SandboxStep[] => [
          { do: "answer", answers: answers([[n, [n, values[n - 1]]]]) },
          { do: "await-done", of: [n] },
        ]),
      ],
    }),
    then: (seen, { values }) => values.map((value, index) => resultFact(seen, index + 1, [index + 1, value])),
    reach: { count: (_, { order }) => order.filter((n, at) => n !== at + 1).length, floor: 8 },
  }),

  sandboxCheck("call:correlate:unknown-ignored", {
    given: fc.record({
      values: fc.array(json, { minLength: 1, maxLength: 4 }),
      ids: unknownIds,
      failed: fc.boolean(),
    }),
    when: ({ values, ids, failed }) => {
      const stray = ids.map((id): Answer => ({
        part: { line: failed ? { id, error: "nobody's" } : { id, result: "nobody's" } },
      }));
      return {
        steps: [
          give(...calls(values)),
          { do: "await-calls", of: range(1, values.length) },
          ...stray.map((answer): SandboxStep => ({ do: "answer", answers: [answer] })),
          ...values.flatMap((value, index): SandboxStep[] => [
            { do: "answer", answers: answers([[index + 1, value]]) },
            { do: "await-done", of: [index + 1] },
          ]),
        ],
      };
    },
    then: (seen, { values }) => values.map((value, index) => resultFact(seen, index + 1, value)),
    reach: { count: (_, { ids }) => ids.length, floor: 8 },
  }),

  sandboxCheck("call:error:rejects", {
    // An empty text counts as no error in the founding document.
    given: fc.array(
      text.filter((some) => some !== ""),
      { minLength: 1, maxLength: 8 },
    ),
    when: (errors) => ({
      steps: [
        give(...calls(errors.map(() => undefined))),
        ...errors.flatMap((error, index): SandboxStep[] => [
          { do: "answer", answers: [{ of: index + 1, error }] },
          { do: "await-done", of: [index + 1] },
        ]),
      ],
    }),
    then: (seen, errors) => errors.map((error, index) => rejectedFact(seen, index + 1, error)),
    reach: { count: (_, errors) => errors.length, floor: 8 },
  }),

  sandboxCheck(
    "output:result:last-line",
    overPipesToo({
      given: fc.record({
        value: fc.oneof(
          params,
          fc.integer({ min: 70_000, max: 400_000 }).map((size) => ({ text: "x".repeat(size) })),
        ),
        prints: fc.array(text, { maxLength: 6 }),
      }),
      when: ({ value, prints }, subject) => {
        const api = apisOf(subject, "stdout").find(({ takes }) => takes === "line")?.name ?? "console.log";
        const steps = prints.map((some, index) => ({
          n: index + 1,
          do: "print" as const,
          api,
          text: `${some}.`,
        }));
        return {
          steps: [
            give(...steps, call(100)),
            { do: "answer", answers: answers([[100, null]]) },
            { do: "await-done", of: [100] },
            give({ n: 101, do: "result", value }),
            { do: "await-exit" },
          ],
        };
      },
      then: (seen, { value }) => [lastLineFact(seen, value)],
      reach: { count: (_, { prints }) => prints.length, floor: 4 },
    }),
  ),
];

/** The step failed, and what it failed with has this text. */
function rejectedFact(seen: SandboxSeen, n: number, message: string): Fact {
  const [done, second] = seen.done(n);
  const about = `what the script got from step ${n}`;
  const actual =
    second !== undefined
      ? `${seen.done(n).length} reports`
      : ((done?.error && { error: { message: done.error.message } }) ??
        (done === undefined ? "nothing" : { result: done.result }));
  return { about, expected: { error: { message } }, actual };
}

/** The last line of stdout is this value. */
function lastLineFact(seen: SandboxSeen, value: unknown): Fact {
  const lines = shown(seen.output).replace(/\n$/, "").split("\n");
  const last = lines.at(-1) ?? "";
  let actual: unknown;
  try {
    actual = JSON.parse(last);
  } catch {
    actual = last === "" ? "no line" : `no JSON: ${last.slice(0, 200)}… (${last.length} characters)`;
  }
  return { about: "the last line of stdout", expected: value, actual };
}
