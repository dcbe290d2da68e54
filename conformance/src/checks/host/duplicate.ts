import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR, type Id } from "@sandpipe/spec/v1";
import { id } from "../../arbitraries/id.js";
import type { Part } from "../../target/host-plan.js";
import type { HostSeen, SeenFrame } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import {
  errorFact,
  executionsFact,
  located,
  refusalsFact,
  resultFact,
  silenceFact,
  strangersFact,
} from "./facts.js";
import { badMembers } from "./bad-envelopes.js";
import { counting } from "./refusal.js";
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

/** What was refused but as no JSON. */
const duplicatesOf = ({ refusals }: HostSeen): readonly SeenFrame[] =>
  refusals.filter(({ value }) => Object(value["error"]).code !== RPC_ERROR.parseError);

/** Checks of the area `call` about ids in flight and what is never answered, in the order of its rows. */
export const duplicateChecks: readonly HostCheck[] = [
  // R12: modelcontextprotocol/ruby-sdk#527
  hostCheck("call:duplicate:refused", {
    given: fc.record({
      first: id.filter((one) => one !== "after" && one !== "again"),
      times: fc.integer({ min: 1, max: 5 }),
      // A record that is no frame comes between: what is in flight is not forgotten for it.
      violated: fc.constantFrom(true, true, false),
    }),
    when: ({ first, times, violated }) =>
      opened(
        write(
          delay(first, UNTIL_CANCELLED),
          ...(violated ? [{ record: "{" }] : []),
          ...Array.from({ length: times }, () => count(first)),
        ),
        refused(times + Number(violated)),
        write(cancel(first)),
        answered(first),
        write(count("after")),
        answered("after"),
      ),
    then: (seen, { first, times, violated }) => [
      refusalsFact(
        { ...seen, refusals: duplicatesOf(seen) },
        Array.from({ length: times }, () => ({ code: ERROR_CODE.duplicate_id, kind: "duplicate_id" })),
      ),
      {
        about: "refusals of the record that is no frame",
        expected: Number(violated),
        actual: seen.refusals.length - duplicatesOf(seen).length,
      },
      ...namedIn(duplicatesOf(seen), first),
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
        write(...["conformance.count", ...methods].map((name) => notification(name, { key: "k" }))),
        // What a notification sets going may be counted a little later than what is read behind it.
        BARRIER,
        write(count("after")),
        answered("after"),
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

/** Each refusal names the call that it would have disturbed in `data.id`. */
function namedIn(refusals: readonly SeenFrame[], first: Id): Fact[] {
  return refusals.map(({ value, at }) => {
    const { data } = (value["error"] ?? {}) as { data?: { id?: unknown } };
    return located("data.id of the refusal", first, data?.id, at);
  });
}
