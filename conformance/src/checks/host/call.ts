import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR, type Id } from "@sandpipe/spec/v1";
import { badId, distinctIds, id } from "../../arbitraries/id.js";
import { json, params } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import type { SeenFrame } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import {
  deservedFact,
  errorFact,
  executionsFact,
  located,
  outputFact,
  refusalsFact,
  resultFact,
  silenceFact,
  strangersFact,
} from "./facts.js";
import { counting, refusal } from "./refusal.js";
import {
  answered,
  BARRIER,
  call,
  count,
  delay,
  echo,
  notification,
  opened,
  refused,
  write,
} from "./steps.js";

/** Longer than any session: a call that is running until it is cancelled. */
const UNTIL_CANCELLED = 15_000;
const CANCELLED = { code: ERROR_CODE.cancelled, kind: "cancelled" };
const cancel = (of: Id): Part => notification("session.cancel", { id: of });

/** Names of members that no version of the protocol gives a meaning to. */
const unknownMember = fc.oneof(
  fc.constantFrom("traceparent", "x-trace", "Method", "ID", "meta", "__proto__", "constructor", "batch"),
  text.filter((name) => !["jsonrpc", "id", "method", "params", "result", "error"].includes(name)),
);

/** Whole members as JSON text that make an envelope invalid whose id is readable. */
const badMembers: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.constantFrom<
  Readonly<Record<string, unknown>>
>(
  { jsonrpc: "1.0" },
  { jsonrpc: "2" },
  { jsonrpc: 2 },
  { jsonrpc: null },
  { jsonrpc: "2.0 " },
  { method: 7 },
  { method: null },
  { method: ["conformance.count"] },
  { method: { name: "conformance.count" } },
);

const positional: fc.Arbitrary<string> = fc.constantFrom(
  '["refusal"]',
  "[]",
  '"refusal"',
  "7",
  "true",
  "null",
  '[{"key":"refusal"}]',
);

/** Checks of the area `call`, in the order of its rows. */
export const callChecks: readonly HostCheck[] = [
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
    given: badId,
    wrong: (bad) => ({ record: JSON.stringify(counting("ID")).replace('"ID"', () => bad) }),
    named: false,
    code: RPC_ERROR.invalidRequest,
  }),

  hostCheck("call:response:exactly-one", {
    given: fc.tuple(traffic(8, 40), traffic(8, 24)),
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
  }),

  hostCheck("call:response:own-result", {
    given: fc.array(fc.oneof(json, fc.nat(999)), { minLength: 2, maxLength: 60, size: "max" }),
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
  }),

  hostCheck("call:order:slow-never-blocks", {
    given: fc.record({
      slow: fc.integer({ min: 1, max: 32 }),
      fast: traffic(1, 20, ["echo", "fail", "unknown"]),
    }),
    when: ({ slow, fast }) => {
      const ids = Array.from({ length: slow }, (_, index) => `k:slow-${index}`);
      return opened(
        write(...ids.map((one) => delay(one, UNTIL_CANCELLED)), ...fast.map(frameOf)),
        answered(...fast.map((one) => one.id)),
        write(...ids.map(cancel)),
        answered(...ids),
      );
    },
    then: (seen, { fast }) => fast.map((one) => deservedFact(seen, one)),
    reach: { count: (_, { slow }) => slow },
  }),

  hostCheck("call:envelope:unknown-members", {
    given: fc.array(fc.record({ name: unknownMember, value: json, s: text }), {
      minLength: 1,
      maxLength: 20,
    }),
    when: (members) =>
      opened(
        write(
          ...members.flatMap(({ name, value, s }, index): Part[] => {
            const more = Object.fromEntries([[name, value]]);
            const request = { jsonrpc: "2.0", id: index, method: "conformance.echo", params: { s } };
            const print = { jsonrpc: "2.0", method: "session.output", params: { stream: "stdout", text: s } };
            return index % 2 === 0
              ? [{ frame: { ...more, ...request } }, { frame: { ...print, ...more } }]
              : [{ frame: { ...request, ...more } }, { frame: { ...more, ...print } }];
          }),
        ),
        answered(...members.keys()),
      ),
    then: (seen, members) => [
      ...members.map(({ s }, index) => resultFact(seen, index, { s })),
      outputFact(seen, Buffer.from(members.map(({ s }) => s).join(""))),
    ],
    reach: { count: (_, members) => members.length },
  }),

  refusal("call:envelope:invalid-request", {
    given: badMembers,
    wrong: (bad, under) => ({ record: JSON.stringify({ ...counting(under), ...bad }) }),
    code: RPC_ERROR.invalidRequest,
  }),

  refusal("call:envelope:no-batch", {
    given: fc.integer({ min: 1, max: 3 }),
    wrong: (length) => ({
      record: JSON.stringify(Array.from({ length }, (_, index) => counting(`batch-${index}`))),
    }),
    named: false,
    code: RPC_ERROR.parseError,
  }),

  hostCheck("call:params:absent", {
    given: distinctIds(1, 20),
    when: (ids) => opened(write(...ids.map((one) => call(one, "conformance.echo"))), answered(...ids)),
    then: (seen, ids) => ids.map((one) => resultFact(seen, one, {})),
    reach: { count: (_, ids) => ids.length },
  }),

  refusal("call:params:by-name", {
    given: positional,
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

  hostCheck("call:duplicate:refused", {
    given: fc.record({
      first: id.filter((one) => one !== "after" && one !== "again"),
      times: fc.integer({ min: 1, max: 5 }),
    }),
    when: ({ first, times }) =>
      opened(
        write(delay(first, UNTIL_CANCELLED), ...Array.from({ length: times }, () => count(first))),
        refused(times),
        write(cancel(first)),
        answered(first),
        write(count("after")),
        answered("after"),
      ),
    then: (seen, { first, times }) => [
      refusalsFact(
        seen,
        Array.from({ length: times }, () => ({ code: ERROR_CODE.duplicate_id, kind: "duplicate_id" })),
      ),
      ...namedIn(seen.refusals, first),
      errorFact(seen, first, CANCELLED),
      executionsFact(seen, "after", 1),
    ],
    reach: { count: (seen) => seen.refusals.length },
  }),

  hostCheck("call:duplicate:any-refusal", {
    given: fc.record({ first: id.filter((one) => one !== "after"), bad: badMembers }),
    when: ({ first, bad }) =>
      opened(
        write(delay(first, UNTIL_CANCELLED), { record: JSON.stringify({ ...counting(first), ...bad }) }),
        refused(1),
        write(cancel(first)),
        answered(first),
        write(count("after", "refusal")),
        answered("after"),
      ),
    then: (seen, { first }) => [
      refusalsFact(seen, [{ code: RPC_ERROR.invalidRequest }]),
      ...namedIn(seen.refusals, first),
      errorFact(seen, first, CANCELLED),
      executionsFact(seen, "after", 1),
    ],
    reach: { count: (seen) => seen.refusals.length },
  }),

  hostCheck("call:duplicate:session-takes-part", {
    given: fc.record({ first: id.filter((one) => one !== "after"), opens: fc.boolean() }),
    when: ({ first, opens }) =>
      opened(
        write(
          delay(first, UNTIL_CANCELLED),
          opens
            ? call(first, "session.open", {
                protocol: 1,
                runtime: { name: "probe", version: "1" },
                features: [],
              })
            : call(first, "session.result", { ok: true, value: "too early" }),
        ),
        refused(1),
        write(cancel(first)),
        answered(first),
        write(echo("after")),
        answered("after"),
      ),
    then: (seen, { first }) => [
      refusalsFact(seen, [{ code: ERROR_CODE.duplicate_id, kind: "duplicate_id" }]),
      ...namedIn(seen.refusals, first),
      errorFact(seen, first, CANCELLED),
      resultFact(seen, "after", { id: "after" }),
    ],
    reach: { count: (seen) => seen.refusals.length },
  }),

  hostCheck("call:duplicate:finished-served", {
    given: fc.record({ used: id, times: fc.integer({ min: 2, max: 6 }) }),
    when: ({ used, times }) =>
      opened(
        ...Array.from({ length: times }, (_, time) => [write(echo(used, { time })), answered(used)]).flat(),
      ),
    then: (seen, { used, times }) => [
      located(
        `the results under ${JSON.stringify(used)}`,
        Array.from({ length: times }, (_, time) => ({ time })),
        seen.answers(used).map(({ value }) => value["result"] ?? value["error"]),
        seen.answers(used).at(-1)?.at,
      ),
      refusalsFact(seen, []),
    ],
    reach: { count: (seen, { used }) => seen.answers(used).length - 1 },
  }),

  hostCheck("call:notification:never-executed", {
    given: fc.array(
      fc.constantFrom(
        "conformance.count",
        "conformance.echo",
        "conformance.throw",
        "files.list",
        "conformance.hidden",
      ),
      { minLength: 1, maxLength: 12 },
    ),
    when: (methods) =>
      opened(
        write(
          ...["conformance.count", ...methods].map((name) => notification(name, { key: "k" })),
          count("after"),
        ),
        answered("after"),
        BARRIER,
      ),
    then: (seen) => [
      executionsFact(seen, "after", 1),
      refusalsFact(seen, []),
      strangersFact(seen, ["after"]),
    ],
    reach: { count: (_, methods) => methods.length },
  }),

  hostCheck("call:answer:never-answered", {
    given: fc.array(
      fc.constantFrom(
        '{"jsonrpc":"2.0","id":"x","result":1}',
        '{"jsonrpc":"2.0","id":"x","result":null}',
        '{"jsonrpc":"2.0","id":"x","error":{"code":-32603,"message":"m"}}',
        '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}',
        '{"jsonrpc":"2.0","id":"x"}',
        '{"jsonrpc":"2.0"}',
        '{"jsonrpc":"2.0","id":"x","params":{"key":"k"}}',
        '{"jsonrpc":"2.0","id":"x","result":1,"error":{"code":1,"message":"m"}}',
        '{"jsonrpc":"1.0","id":"x","result":1}',
      ),
      { minLength: 1, maxLength: 12 },
    ),
    when: (records) =>
      opened(
        write(...records.map((record): Part => ({ record })), echo("after")),
        answered("after"),
        BARRIER,
      ),
    then: (seen) => [
      resultFact(seen, "after", { id: "after" }),
      refusalsFact(seen, []),
      silenceFact(seen, "x"),
    ],
    reach: { count: (_, records) => records.length },
  }),
];

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** An id of a later round is one of the kit's own, so that no id is used twice by chance. */
function renamed(one: Id, round: number, index: number): Id {
  return round === 0 ? one : `k:${round}:${index}`;
}

/** Each refusal names the call that it would have disturbed in `data.id`. */
function namedIn(refusals: readonly SeenFrame[], first: Id): Fact[] {
  return refusals.map(({ value, at }) => {
    const { data } = (value["error"] ?? {}) as { data?: { id?: unknown } };
    return located("data.id of the refusal", first, data?.id, at);
  });
}
