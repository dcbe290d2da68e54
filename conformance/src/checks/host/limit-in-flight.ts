import * as fc from "fast-check";
import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import { mostOf } from "../../arbitraries/most-of.js";
import { shrunkAs } from "../../arbitraries/shrunk-as.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { HostStep, Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { deservedFact, errorFact, executionsFact, outcomeFact, resultFact } from "./facts.js";
import { answered, call, count, delay, echo, notification, write } from "./steps.js";

const BUSY = { code: ERROR_CODE.busy, kind: "busy" };
const SECOND_OPEN = { protocol: 1, runtime: { name: "probe", version: "1" }, features: [] };
/** What a call that was cancelled is answered with. */
export const CANCELLED = { code: ERROR_CODE.cancelled, kind: "cancelled" };
const UNTIL_CANCELLED = 15_000;

/** That many calls that run until they are cancelled, and the steps that end them. */
export function running(howMany: number): {
  readonly ids: string[];
  readonly start: Part[];
  readonly end: HostStep[];
} {
  const ids = Array.from({ length: howMany }, (_, index) => `running-${index}`);
  return {
    ids,
    start: ids.map((id) => delay(id, UNTIL_CANCELLED)),
    end: [write(...ids.map((id) => notification("session.cancel", { id }))), answered(...ids)],
  };
}

/** A session's own calls, which no call in flight stands in the way of, and what is wrong with them. */
const SESSION_CALLS: Readonly<Record<"k:again" | "k:bad", { readonly part: Part; readonly code: number }>> = {
  "k:again": { part: call("k:again", "session.open", SECOND_OPEN), code: RPC_ERROR.invalidRequest },
  // None of a result's own members: what is wrong with it is told, not that there is no room.
  "k:bad": {
    part: { record: '{"jsonrpc":"2.0","id":"k:bad","method":"session.result","params":{}}' },
    code: RPC_ERROR.invalidParams,
  },
};

/** Calls that end in another way than with a result. */
const ENDED: Readonly<Record<"throw" | "unknown" | "cancelled", (id: string) => Part[]>> = {
  throw: (id) => [call(id, "conformance.throw", {})],
  unknown: (id) => [call(id, "conformance.absent", {})],
  cancelled: (id) => [delay(id, UNTIL_CANCELLED), notification("session.cancel", { id })],
};

/** Checks of how many calls are in flight, in the order of their rows. */
export const inFlightChecks: readonly HostCheck[] = [
  hostCheck("limit:in-flight:busy", {
    given: fc.record({ slots: fc.constantFrom(8, 9, 16), more: fc.integer({ min: 1, max: 12 }) }),
    when: ({ slots, more }) => {
      const { start, end } = running(slots);
      return {
        run: { limits: { maxInFlight: slots } },
        steps: [
          { do: "open" },
          write(...start, ...Array.from({ length: more }, (_, index) => count(index, "busy"))),
          answered(...Array.from({ length: more }, (_, index) => index)),
          ...end,
          write(count("after", "busy")),
          answered("after"),
        ],
      };
    },
    then: (seen, { slots, more }) => [
      ...Array.from({ length: more }, (_, index) => errorFact(seen, index, BUSY)),
      ...running(slots).ids.map((id) => errorFact(seen, id, CANCELLED)),
      executionsFact(seen, "after", 1),
    ],
    reach: { count: (_, { more }) => more },
    runs: 12,
  }),

  hostCheck("limit:in-flight:cancel-gets-through", {
    given: fc.record({ slots: fc.constantFrom(8, 16), which: fc.nat(7), refusedFirst: fc.nat(10) }),
    when: ({ slots, which, refusedFirst }) => {
      const { ids, start, end } = running(slots);
      const cancelled = ids[which] ?? "running-0";
      const busy = Array.from({ length: refusedFirst }, (_, index) => index);
      return {
        run: { limits: { maxInFlight: slots } },
        steps: [
          { do: "open" },
          write(...start, ...busy.map((id) => echo(id)), notification("session.cancel", { id: cancelled })),
          answered(cancelled, ...busy),
          write(echo("after")),
          answered("after"),
          ...end.filter((step) => step.do !== "await"),
          answered(...ids.filter((id) => id !== cancelled)),
        ],
      };
    },
    then: (seen, { slots }) => [
      ...running(slots).ids.map((id) => errorFact(seen, id, CANCELLED)),
      resultFact(seen, "after", { id: "after" }),
    ],
    reach: { count: (seen) => seen.answers("after").length },
    runs: 12,
  }),

  hostCheck("limit:in-flight:not-early", {
    given: fc.record({
      rounds: shrunkAs(
        fc.array(traffic(6, 8), { minLength: 6, maxLength: 12, size: "max" }),
        fc.array(traffic(6, 8), { minLength: 1, maxLength: 12, size: "max" }),
      ),
      ended: mostOf(["throw", "unknown", "cancelled"] as const),
    }),
    when: ({ rounds, ended }) => ({
      run: { limits: { maxInFlight: 8 } },
      steps: [
        { do: "open" },
        ...rounds.flatMap((calls, round) => [
          write(...calls.map((one, index) => frameOf({ ...one, id: `k:${round}:${index}` }))),
          answered(...calls.map((_, index) => `k:${round}:${index}`)),
          // A failing, an unknown and a cancelled call give their slots back too.
          write(...ended.flatMap((how) => ENDED[how](`${how}-${round}`))),
          answered(...ended.map((how) => `${how}-${round}`)),
        ]),
      ],
    }),
    then: (seen, { rounds, ended }) => [
      ...rounds.flatMap((calls, round) =>
        calls.map((one, index) => deservedFact(seen, { ...one, id: `k:${round}:${index}` })),
      ),
      ...rounds.flatMap((_, round) =>
        ended.includes("cancelled") ? [errorFact(seen, `cancelled-${round}`, CANCELLED)] : [],
      ),
    ],
    reach: { count: (seen) => seen.frames.length, floor: 60 },
    runs: 12,
  }),

  hostCheck("limit:in-flight:session-free", {
    given: fc.record({
      slots: fc.constantFrom(8, 12),
      value: fc.nat(),
      asked: mostOf(["k:again", "k:bad"] as const),
    }),
    when: ({ slots, value, asked }) => ({
      run: { limits: { maxInFlight: slots } },
      steps: [
        { do: "open", pipelined: true },
        write(...running(slots).start, ...asked.map((id) => SESSION_CALLS[id].part)),
        answered("open", ...asked),
        { do: "end", value },
      ],
    }),
    then: (seen, { slots, value, asked }) => [
      ...asked.map((id) => errorFact(seen, id, { code: SESSION_CALLS[id].code })),
      ...running(slots).ids.map((id) => errorFact(seen, id, CANCELLED)),
      outcomeFact(seen, "ok"),
      { about: "the result in the report", expected: value, actual: seen.report?.result },
    ],
    reach: { count: (_, { slots }) => slots },
  }),
];
