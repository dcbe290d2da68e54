import * as fc from "fast-check";
import { ERROR_CODE, type Id } from "@sandpipe/spec/v1";
import { distinctIds, id } from "../../arbitraries/id.js";
import { text } from "../../arbitraries/text.js";
import { traffic, frameOf } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import {
  countedFact,
  deservedFact,
  errorFact,
  located,
  outcomeFact,
  refusalsFact,
  resultFact,
} from "./facts.js";
import { answered, BARRIER, call, delay, echo, notification, opened, write, writeCut } from "./steps.js";

const CANCELLED = { code: ERROR_CODE.cancelled, kind: "cancelled" };
const DEADLINE = { code: ERROR_CODE.deadline_exceeded, kind: "deadline_exceeded" };
const UNTIL_CANCELLED = 15_000;

function cancel(of: Id, reason?: string): Part {
  return notification("session.cancel", { id: of, ...(reason === undefined ? {} : { reason }) });
}

/** Checks of the area `cancel`, in the order of its rows. */
export const cancelChecks: readonly HostCheck[] = [
  // R13: modelcontextprotocol/go-sdk#1259
  hostCheck("cancel:call:one-response", {
    given: fc.array(fc.record({ ms: fc.integer({ min: 0, max: 40 }), cancelled: fc.boolean() }), {
      minLength: 1,
      maxLength: 24,
      size: "max",
    }),
    when: (calls) =>
      opened(
        write(...calls.map(({ ms }, index) => delay(index, ms))),
        writeCut({ everyBytes: 50 }, [
          ...calls.flatMap(({ cancelled }, index) => (cancelled ? [cancel(index)] : [])),
          echo("cancels"),
        ]),
        answered(...calls.keys(), "cancels"),
        // As long as the longest call: a second answer of any of them would have come.
        write(delay("longest", 60)),
        answered("longest"),
        BARRIER,
      ),
    then: (seen, calls) =>
      calls.map(({ cancelled }, index) => {
        const answers = seen.answers(index);
        const { code } = (answers[0]?.value["error"] ?? {}) as { code?: number };
        const lawful =
          answers.length === 1 &&
          (code === CANCELLED.code ? cancelled : answers[0]?.value["result"] === index);
        const expected = cancelled ? "one response: 1007 or the result" : "one response: the result";
        const actual = lawful ? expected : answers.map(({ value }) => value["error"] ?? value["result"]);
        return located(`responses to ${index}`, expected, actual, answers.at(-1)?.at);
      }),
    reach: { count: (_, calls) => calls.filter(({ cancelled }) => cancelled).length },
    runs: 12,
  }),

  hostCheck("cancel:call:prompt", {
    given: fc.record({ ids: distinctIds(1, 12), reason: fc.option(text, { nil: null }) }),
    when: ({ ids, reason }) =>
      opened(
        write(...ids.map((one) => delay(one, UNTIL_CANCELLED))),
        BARRIER,
        write(...ids.map((one) => cancel(one, reason ?? undefined))),
        answered(...ids),
      ),
    then: (seen, { ids }) => ids.map((one) => errorFact(seen, one, CANCELLED)),
    reach: { count: (_, { ids }) => ids.length },
  }),

  hostCheck("cancel:call:same-read", {
    given: distinctIds(1, 20),
    when: (ids) =>
      opened(write(...ids.flatMap((one) => [delay(one, UNTIL_CANCELLED), cancel(one)])), answered(...ids)),
    then: (seen, ids) => ids.map((one) => errorFact(seen, one, CANCELLED)),
    reach: { count: (_, ids) => ids.length },
  }),

  hostCheck("cancel:unknown:ignored", {
    given: fc.record({
      finished: traffic(1, 8, ["echo", "fail"]),
      unknown: fc.array(id, { minLength: 1, maxLength: 8 }),
    }),
    when: ({ finished, unknown }) =>
      opened(
        write(...finished.map(frameOf)),
        answered(...finished.map((one) => one.id)),
        write(...finished.map((one) => cancel(one.id)), ...unknown.map((one) => cancel(one)), echo("after")),
        answered("after"),
        BARRIER,
      ),
    then: (seen, { finished }) => [
      ...finished.filter((one) => one.id !== "after").map((one) => deservedFact(seen, one)),
      refusalsFact(seen, []),
      resultFact(seen, "after", { id: "after" }),
    ],
    reach: { count: (_, { finished, unknown }) => finished.length + unknown.length },
  }),

  hostCheck("cancel:id:types-distinct", {
    given: fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 10 }),
    when: (numbers) =>
      opened(
        write(
          ...numbers.flatMap((one) => [delay(one, UNTIL_CANCELLED), delay(String(one), UNTIL_CANCELLED)]),
        ),
        write(...numbers.map((one) => cancel(one)), echo("cancels")),
        answered(...numbers, "cancels"),
        BARRIER,
        write(...numbers.map((one) => cancel(String(one)))),
        answered(...numbers.map(String)),
      ),
    then: (seen, numbers) =>
      numbers.flatMap((one) => {
        const barrier = seen.answers("barrier-1")[0]?.at ?? 0;
        const at = seen.answers(String(one))[0]?.at;
        const when = at === undefined || at > barrier ? "after its own cancel" : `after the cancel of ${one}`;
        return [
          errorFact(seen, one, CANCELLED),
          errorFact(seen, String(one), CANCELLED),
          located(`"${one}" was answered`, "after its own cancel", when, at),
        ];
      }),
    reach: { count: (_, numbers) => numbers.length },
    runs: 12,
  }),

  hostCheck("cancel:deadline:answered", {
    given: fc.record({ callTimeoutMs: fc.constantFrom(200, 400), late: fc.integer({ min: 1, max: 8 }) }),
    when: ({ callTimeoutMs, late }) => {
      const ids = Array.from({ length: late }, (_, index) => index);
      return {
        run: { limits: { callTimeoutMs } },
        steps: [
          { do: "open" },
          write(...ids.map((one) => delay(one, UNTIL_CANCELLED)), delay("quick", 1)),
          answered("quick", ...ids),
          write(echo("after")),
          answered("after"),
        ],
      };
    },
    then: (seen, { late }) => [
      resultFact(seen, "quick", "quick"),
      ...Array.from({ length: late }, (_, index) => errorFact(seen, index, DEADLINE)),
      resultFact(seen, "after", { id: "after" }),
    ],
    reach: { count: (_, { late }) => late },
    runs: 4,
  }),

  hostCheck("cancel:result:ignored", {
    given: fc.record({ ids: distinctIds(1, 8), unknown: fc.array(id, { maxLength: 4 }) }),
    when: ({ ids, unknown }) =>
      opened(
        write(...ids.map((one) => delay(one, UNTIL_CANCELLED))),
        BARRIER,
        write(call("k:result", "session.result", { ok: true, value: 1 })),
        answered("k:result", ...ids),
        write(...ids.map((one) => cancel(one)), ...unknown.map((one) => cancel(one)), echo("k:after")),
        answered("k:after"),
        { do: "exit", code: 0 },
      ),
    then: (seen, { ids }) => [
      ...ids.map((one) => errorFact(seen, one, CANCELLED)),
      refusalsFact(seen, []),
      countedFact(seen, 0),
      outcomeFact(seen, "ok"),
    ],
    reach: { count: (_, { ids }) => ids.length },
  }),
];
