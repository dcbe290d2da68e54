import * as fc from "fast-check";
import { json } from "../../arbitraries/json.js";
import type { Answer, SandboxStep } from "../../target/sandbox-plan.js";
import { shrunkAs } from "../../arbitraries/shrunk-as.js";
import { sandboxCheck } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { noResponseFact, resultFact } from "./facts.js";
import { answers, barrier, BARRIER, call, calls, give, range } from "./steps.js";

/** Results of calls, and an order in which they are answered: not that of the calls, which would show nothing. */
const ordered = (min: number, max: number): fc.Arbitrary<{ values: unknown[]; order: number[] }> =>
  fc.array(json, { minLength: min, maxLength: max }).chain((values) =>
    fc.shuffledSubarray(range(1, values.length), { minLength: values.length }).map((order) => ({
      values,
      order: order.every((n, at) => n === at + 1) ? order.toReversed() : order,
    })),
  );

const ownAnswer = sandboxCheck("call:correlate:own-answer", {
  given: fc.record({ session: ordered(2, 60), batch: fc.integer({ min: 1, max: 24 }) }),
  when: ({ session: { values, order }, batch }) => ({
    steps: [
      give(...calls(values)),
      { do: "await-calls", of: order },
      ...inBatches(order, batch).map((of): SandboxStep => ({
        do: "answer",
        answers: answers(of.map((n) => [n, [n, values[n - 1]]])),
      })),
      { do: "await-done", of: order },
    ],
  }),
  then: (seen, { session: { values } }) =>
    values.map((value, index) => resultFact(seen, index + 1, [index + 1, value])),
  reach: { count: (_, { session: { order } }) => order.filter((n, at) => n !== at + 1).length, floor: 8 },
});

function inBatches(order: readonly number[], size: number): number[][] {
  const batches: number[][] = [];
  for (let from = 0; from < order.length; from += size) batches.push(order.slice(from, from + size));
  return batches;
}

// R25
const settlesOnce = sandboxCheck("call:correlate:settles-once", {
  given: ordered(2, 12),
  when: ({ values, order }) => ({
    steps: [
      give(...calls(values)),
      { do: "await-calls", of: order },
      {
        do: "answer",
        answers: order.flatMap((of): Answer[] => [
          { of, result: ["first", of] },
          { of, result: ["second", of] },
          { of, error: { code: 2_000, message: "a third answer" } },
        ]),
      },
      { do: "await-done", of: order },
      ...barrier(),
      { do: "answer", answers: order.map((of) => ({ of, result: "late" })) },
      ...barrier(BARRIER + 1),
    ],
  }),
  then: (seen, { order }) => [
    ...order.map((n) => resultFact(seen, n, ["first", n])),
    resultFact(seen, BARRIER, "barrier"),
    resultFact(seen, BARRIER + 1, "barrier"),
  ],
  reach: { count: (_, { order }) => order.length, floor: 8 },
});

const unknownIds = fc.array(
  fc.oneof(
    fc.constantFrom<(string | number)[]>("nobody", "", "__proto__", "constructor", 987_654_321, -987_654_321),
    fc.integer({ min: 10_000_000 }),
  ),
  { minLength: 1, maxLength: 6 },
);

const unknownIgnored = sandboxCheck("call:correlate:unknown-ignored", {
  given: fc.record({ session: ordered(1, 8), ids: unknownIds, failed: fc.boolean() }),
  when: ({ session: { values, order }, ids, failed }) => ({
    steps: [
      give(...calls(values)),
      { do: "await-calls", of: order },
      {
        do: "answer",
        answers: [
          ...ids.map((id): Answer => ({
            part: {
              record: JSON.stringify(
                failed
                  ? { jsonrpc: "2.0", id, error: { code: 1003, message: "m", data: { kind: "not_found" } } }
                  : { jsonrpc: "2.0", id, result: "nobody's" },
              ),
            },
          })),
          { part: { frame: { jsonrpc: "2.0", id: null, error: { code: -32_700, message: "a refusal" } } } },
          ...answers(order.map((n) => [n, n])),
        ],
      },
      { do: "await-done", of: order },
    ],
  }),
  then: (seen, { session: { order } }) => [...order.map((n) => resultFact(seen, n, n)), noResponseFact(seen)],
  reach: { count: (_, { ids }) => ids.length, floor: 8 },
  runs: 12,
});

const neverReused = sandboxCheck("call:id:never-reused", {
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
    const used = new Set<string>();
    return seen.frames.flatMap((frame) => {
      if (!Object.hasOwn(frame.value, "method") || !Object.hasOwn(frame.value, "id")) return [];
      const key = JSON.stringify(frame.value["id"]);
      const again = used.has(key);
      used.add(key);
      const actual = again ? "used again" : "used once";
      return [{ about: `the id ${key}`, expected: "used once", actual, at: frame.at }];
    });
  },
  reach: { count: (_, rounds) => rounds.length - 1, floor: 4 },
});

const concurrentMany = sandboxCheck(
  "call:concurrent:many",
  overPipesToo({
    given: fc
      .integer({ min: 1_000, max: 3_000 })
      .chain((count) => fc.shuffledSubarray(range(1, count), { minLength: count })),
    when: (order) => ({
      limits: { maxInFlight: 4_096 },
      steps: [
        give(...range(1, order.length).map((n) => call(n))),
        { do: "await-calls", of: order },
        { do: "answer", answers: answers(order.map((n) => [n, { of: n }])) },
        { do: "await-done", of: order },
      ],
    }),
    then: (seen, order) => order.map((n) => resultFact(seen, n, { of: n })),
    reach: { count: (_, order) => order.length, floor: 200 },
    runs: 4,
  }),
);

const fromHostIgnored = sandboxCheck("call:request:from-host-ignored", {
  given: fc.array(fc.constantFrom("files.list", "conformance.echo", "session.open", "ping", "rpc.discover"), {
    minLength: 1,
    maxLength: 6,
  }),
  when: (methods) => ({
    steps: [
      give(call(1)),
      {
        do: "answer",
        answers: [
          ...methods.map((method, index): Answer => ({
            part: { record: JSON.stringify({ jsonrpc: "2.0", id: `host-${index}`, method, params: {} }) },
          })),
          { of: 1, result: "mine" },
        ],
      },
      { do: "await-done", of: [1] },
      ...barrier(),
    ],
  }),
  then: (seen) => [noResponseFact(seen), resultFact(seen, 1, "mine"), resultFact(seen, BARRIER, "barrier")],
  reach: { count: (_, methods) => methods.length },
});

/** Checks of the area `call`. */
export const callChecks = [
  ownAnswer,
  settlesOnce,
  unknownIgnored,
  neverReused,
  concurrentMany,
  fromHostIgnored,
];
