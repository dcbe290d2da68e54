import * as fc from "fast-check";
import { mostOf } from "../../arbitraries/most-of.js";
import { shrunkAs } from "../../arbitraries/shrunk-as.js";
import { textId } from "../../arbitraries/id.js";
import { json } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import { lineOf, lineTraffic, type Call } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { located } from "../host/facts.js";
import { deservedFact, errorFact, resultFact, strangersFact } from "./facts.js";
import { answered, call, count, delay, echo, session, write } from "./steps.js";

/** Names of members that version 0 gives no meaning to. */
const unknownMember = fc.oneof(
  fc.constantFrom("jsonrpc", "traceparent", "Method", "ID", "meta", "__proto__", "constructor", "kind"),
  text.filter((name) => !["id", "method", "params", "result", "error"].includes(name)),
);

/** Methods that exist nowhere, or that no session may call. */
const NOT_WHITELISTED = [
  ...[
    "conformance.hidden",
    "conformance.Count",
    " conformance.count",
    "conformance.count ",
    "conformance.coun",
  ],
  ...["__proto__", "constructor", "toString", "files.delete", "session.open", "session.result", "x"],
];

/** The calls of several rounds, each under an id of its own. */
function inRounds(rounds: readonly (readonly Call[])[]): Call[][] {
  return rounds.map((calls, round) =>
    calls.map((one, index) => (round === 0 ? one : { ...one, id: `k:${round}:${index}` })),
  );
}

/** At least so many values. */
const manyValues = (least: number): fc.Arbitrary<unknown[]> =>
  fc.array(fc.oneof(json, fc.nat(999)), { minLength: least, maxLength: 60, size: "max" });

/** Checks of the areas `call`, `method` and `error` of version 0, in the order of the rows. */
export const callChecks: readonly HostCheck[] = [
  hostCheck("call:id:echoed", {
    given: fc.uniqueArray(textId, { minLength: 2, maxLength: 24 }),
    when: (ids) => session(write(ids.map((one, index) => delay(one, 5, index))), answered(...ids)),
    then: (seen, ids) => [...ids.map((one, index) => resultFact(seen, one, index)), strangersFact(seen, ids)],
    reach: { count: (_, ids) => ids.length },
  }),

  hostCheck("call:response:exactly-one", {
    given: fc.tuple(lineTraffic(20, 40), lineTraffic(20, 50), lineTraffic(20, 50)),
    when: (rounds) =>
      session(
        ...inRounds(rounds).flatMap((calls) => [
          write(calls.map(lineOf)),
          answered(...calls.map(({ id }) => String(id))),
        ]),
        { do: "barrier" },
      ),
    then: (seen, rounds) => {
      const calls = inRounds(rounds).flat();
      return [
        ...calls.map((one) => deservedFact(seen, one)),
        strangersFact(
          seen,
          calls.map(({ id }) => String(id)),
        ),
      ];
    },
    reach: { count: (seen) => seen.frames.length, floor: 50 },
  }),

  hostCheck("call:response:own-result", {
    given: shrunkAs(manyValues(30), manyValues(1)),
    when: (values) =>
      session(
        write(
          values.map((v, index) =>
            index % 3 === 2 ? delay(`k:${index}`, index % 7, { v, index }) : echo(`k:${index}`, { v, index }),
          ),
        ),
        answered(...values.map((_, index) => `k:${index}`)),
      ),
    then: (seen, values) => values.map((v, index) => resultFact(seen, `k:${index}`, { v, index })),
    reach: { count: (_, values) => values.length - 1 },
  }),

  hostCheck("call:order:any", {
    given: fc.integer({ min: 1, max: 6 }),
    when: (slow) => {
      const ids = Array.from({ length: slow }, (_, index) => `k:slow-${index}`);
      return session(
        write([...ids.map((one) => delay(one, 60)), echo("k:fast")]),
        answered(...ids, "k:fast"),
      );
    },
    then: (seen) => {
      const [first] = seen.frames;
      return [located("the first response", "the fast call's", nameOf(first?.value["id"]), first?.at)];
    },
    reach: { count: (_, slow) => slow },
  }),

  hostCheck("call:envelope:unknown-members", {
    given: fc.array(fc.record({ name: unknownMember, value: json, s: text }), {
      minLength: 1,
      maxLength: 20,
    }),
    when: (members) =>
      session(
        write(
          members.map(({ name, value, s }, index): Part => {
            const more = Object.fromEntries([[name, value]]);
            const request = { id: `k:${index}`, method: "conformance.echo", params: { s } };
            return { line: index % 2 === 0 ? { ...more, ...request } : { ...request, ...more } };
          }),
        ),
        answered(...members.map((_, index) => `k:${index}`)),
      ),
    then: (seen, members) => members.map(({ s }, index) => resultFact(seen, `k:${index}`, { s })),
    reach: { count: (_, members) => members.length },
  }),

  hostCheck("method:whitelist:unknown", {
    given: mostOf(NOT_WHITELISTED),
    when: (methods) =>
      session(
        write([
          count("k:before"),
          ...methods.map((method, index) => call(`k:${index}`, method, { key: "k" })),
        ]),
        answered("k:before", ...methods.map((_, index) => `k:${index}`)),
        write([count("k:after")]),
        answered("k:after"),
      ),
    then: (seen, methods) => [
      resultFact(seen, "k:before", 1),
      ...methods.map((_, index) => errorFact(seen, `k:${index}`)),
      resultFact(seen, "k:after", 2),
    ],
    reach: { count: (_, methods) => methods.length },
  }),

  hostCheck("error:text", {
    given: fc.array(
      fc.oneof(
        fc.record({ method: fc.constant("conformance.fail"), params: failing() }),
        fc.record({ method: fc.constantFrom("conformance.throw", "x"), params: fc.constant({}) }),
      ),
      { minLength: 1, maxLength: 12 },
    ),
    when: (calls) =>
      session(
        write([
          echo("k:right"),
          ...calls.map(({ method, params }, index) => call(`k:${index}`, method, params)),
        ]),
        answered("k:right", ...calls.map((_, index) => `k:${index}`)),
      ),
    then: (seen, calls) => [
      resultFact(seen, "k:right", { id: "k:right" }),
      ...calls.map((_, index) => errorFact(seen, `k:${index}`)),
    ],
    reach: { count: (_, calls) => calls.length },
  }),
];

/** Params of a method that fails as asked; data is an object, since a host may leave out a null. */
function failing(): fc.Arbitrary<object> {
  return fc.record({ code: fc.integer({ min: 2_000, max: 99_999 }), message: text, data: fc.constant({}) });
}

function nameOf(id: unknown): string {
  if (id === "k:fast") return "the fast call's";
  return id === undefined ? "none" : "a slow call's";
}
