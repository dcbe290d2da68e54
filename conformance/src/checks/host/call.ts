import * as fc from "fast-check";
import { RPC_ERROR, type Id } from "@sandpipe/spec/v1";
import { BAD_IDS, distinctIds } from "../../arbitraries/id.js";
import { json, params } from "../../arbitraries/json.js";
import { shrunkAs } from "../../arbitraries/shrunk-as.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { deservedFact, located, refusalsFact, resultFact, strangersFact } from "./facts.js";
import { counting, refusal } from "./refusal.js";
import { answered, BARRIER, call, delay, echo, notification, opened, write } from "./steps.js";

/** Longer than any session, on a busy machine too: a call that is running until it is cancelled. */
const UNTIL_CANCELLED = 60_000;
const cancel = (of: Id): Part => notification("session.cancel", { id: of });

const POSITIONAL: readonly string[] = [
  '["refusal"]',
  "[]",
  '"refusal"',
  "7",
  "true",
  "null",
  '[{"key":"refusal"}]',
];

/** At least so many values. */
const manyValues = (least: number): fc.Arbitrary<unknown[]> =>
  fc.array(fc.oneof(json, fc.nat(999)), { minLength: least, maxLength: 60, size: "max" });

/** Checks of the area `call`, in the order of its rows. */
export const callChecks: readonly HostCheck[] = [
  // R09: yegappan/lsp#761
  hostCheck("call:id:echo-type", {
    given: distinctIds(2, 24),
    when: (ids) => opened(write(...ids.map((one, index) => delay(one, 5, index))), answered(...ids)),
    then: (seen, ids) => [...ids.map((one, index) => resultFact(seen, one, index)), strangersFact(seen, ids)],
    reach: { count: (_, ids) => ids.length },
  }),

  hostCheck("call:id:types-distinct", {
    given: fc.uniqueArray(fc.oneof(fc.nat(30), fc.integer()), { minLength: 1, maxLength: 12 }),
    when: (numbers) =>
      opened(
        write(...numbers.flatMap((one) => [delay(one, 30, "number"), delay(String(one), 20, "string")])),
        answered(...numbers.flatMap((one) => [one, String(one)])),
      ),
    then: (seen, numbers) => [
      ...numbers.flatMap((one) => [resultFact(seen, one, "number"), resultFact(seen, String(one), "string")]),
      refusalsFact(seen, []),
    ],
    reach: { count: (_, numbers) => numbers.length },
  }),

  refusal("call:id:invalid-refused", {
    given: BAD_IDS,
    wrong: (bad) => ({ record: JSON.stringify(counting("ID")).replace('"ID"', () => bad) }),
    named: false,
    code: RPC_ERROR.invalidRequest,
  }),

  hostCheck("call:response:exactly-one", {
    given: fc.array(traffic(20, 50), { minLength: 3, maxLength: 9, size: "max" }),
    when: (rounds) =>
      opened(
        ...rounds.flatMap((calls, round) => [
          write(...calls.map((one, index) => frameOf({ ...one, id: renamed(one.id, round, index) }))),
          answered(...calls.map((one, index) => renamed(one.id, round, index))),
        ]),
        BARRIER,
      ),
    then: (seen, rounds) => {
      const calls = rounds.flatMap((some, round) =>
        some.map((one, index) => ({ ...one, id: renamed(one.id, round, index) })),
      );
      return [
        ...calls.map((one) => deservedFact(seen, one)),
        strangersFact(
          seen,
          calls.map((one) => one.id),
        ),
      ];
    },
    reach: { count: (seen) => seen.frames.length, floor: 50 },
    runs: 12,
  }),

  hostCheck("call:response:own-result", {
    given: shrunkAs(manyValues(30), manyValues(1)),
    when: (values) =>
      opened(
        write(
          ...values.map((v, index) =>
            index % 3 === 2 ? delay(index, index % 7, { v, index }) : echo(index, { v, index }),
          ),
        ),
        answered(...values.keys()),
      ),
    then: (seen, values) => values.map((v, index) => resultFact(seen, index, { v, index })),
    reach: { count: (_, values) => values.length - 1 },
    runs: 12,
  }),

  // R17: eclipse-lsp4mp/lsp4mp#177
  hostCheck("call:order:slow-never-blocks", {
    given: fc.record({
      slow: fc.integer({ min: 1, max: 32 }),
      fast: traffic(1, 20, ["echo", "fail", "unknown"]),
    }),
    when: ({ slow, fast }) => {
      const ids = Array.from({ length: slow }, (_, index) => `k:slow-${index}`);
      return {
        // A deadline that ends the slow calls would let a serial host through.
        run: { limits: { callTimeoutMs: UNTIL_CANCELLED } },
        ...opened(
          write(...ids.map((one) => delay(one, UNTIL_CANCELLED)), ...fast.map(frameOf)),
          answered(...fast.map((one) => one.id)),
          write(...ids.map(cancel)),
          answered(...ids),
        ),
      };
    },
    then: (seen, { fast }) => fast.map((one) => deservedFact(seen, one)),
    reach: { count: (_, { slow }) => slow },
    runs: 12,
  }),

  hostCheck("call:params:absent", {
    given: distinctIds(1, 20),
    when: (ids) => opened(write(...ids.map((one) => call(one, "conformance.echo"))), answered(...ids)),
    then: (seen, ids) => ids.map((one) => resultFact(seen, one, {})),
    reach: { count: (_, ids) => ids.length },
  }),

  refusal("call:params:by-name", {
    given: POSITIONAL,
    wrong: (bad, under) => ({
      record: `{"jsonrpc":"2.0","id":${JSON.stringify(under)},"method":"conformance.count","params":${bad}}`,
    }),
    code: RPC_ERROR.invalidRequest,
  }),

  hostCheck("call:params:meta-taken-out", {
    given: fc.array(fc.record({ named: params, meta: params }), { minLength: 1, maxLength: 20 }),
    when: (calls) =>
      opened(
        write(
          ...calls.flatMap(({ named, meta }, index) => [
            echo(index, { ...named, _meta: meta }),
            call(`delay-${index}`, "conformance.delay", {
              ms: 0,
              value: index,
              _meta: { traceparent: TRACEPARENT },
            }),
          ]),
        ),
        answered(...calls.keys(), ...calls.map((_, index) => `delay-${index}`)),
      ),
    then: (seen, calls) =>
      calls.flatMap(({ named }, index) => {
        // Whether a handler is shown _meta as well is the host's own affair.
        const answer = seen.answers(index)[0];
        const { _meta, ...result } = (answer?.value["result"] ?? {}) as Record<string, unknown>;
        const actual = answer?.value["error"] ?? result;
        return [
          located(`the response to ${index}, less _meta`, named, actual, answer?.at),
          resultFact(seen, `delay-${index}`, index),
        ];
      }),
    reach: { count: (_, calls) => calls.length },
  }),
];

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** An id of a later round is one of the kit's own, so that no id is used twice by chance. */
function renamed(one: Id, round: number, index: number): Id {
  return round === 0 ? one : `k:${round}:${index}`;
}
