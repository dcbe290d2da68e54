import type { Step } from "@sandpipe/spec/control";
import * as fc from "fast-check";
import { json } from "../../arbitraries/json.js";
import { text } from "../../arbitraries/text.js";
import { sandboxCheck, type Fact } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { countFact, exitFact, firstResult } from "./facts.js";
import { filler, give } from "./steps.js";

// R35
const handedOver = sandboxCheck("result:value:handed-over", {
  given: fc.oneof(json, fc.array(json, { maxLength: 6 })),
  when: (value) => ({
    steps: [give({ n: 1, do: "result", value }), { do: "await-result" }, { do: "await-exit" }],
  }),
  then: (seen, value) => [{ about: "the result", expected: { ok: true, value }, actual: firstResult(seen) }],
  reach: { count: (seen) => seen.results.length, floor: 4 },
});

const undefinedNull = sandboxCheck("result:undefined:null", {
  given: fc.constant(null),
  when: () => ({ steps: [give({ n: 1, do: "result" }), { do: "await-result" }, { do: "await-exit" }] }),
  then: (seen) => [
    { about: "the result", expected: { ok: true, value: null }, actual: asWritten(firstResult(seen)) },
  ],
  reach: { count: (seen) => seen.results.length },
  runs: 2,
});

/** A missing value must not pass for null. */
function asWritten(result: unknown): unknown {
  return Object.hasOwn(Object(result) as object, "value") ? result : { ...Object(result), value: "missing" };
}

const throwReported = sandboxCheck("result:throw:reported", {
  given: text.map((value) => `thrown ${value}`),
  when: (message) => ({
    steps: [give({ n: 1, do: "throw", message }), { do: "await-result" }, { do: "await-exit" }],
  }),
  then: (seen, message) => {
    const { ok, error } = Object(firstResult(seen)) as { ok?: unknown; error?: Record<string, unknown> };
    const said = (name: string): string =>
      typeof error?.[name] === "string" && error[name] !== "" ? "text" : "none";
    return [
      { about: "the result's ok", expected: false, actual: ok },
      { about: "the error's message", expected: message, actual: error?.["message"] },
      {
        about: "the error's name and stack",
        expected: ["text", "text"],
        actual: [said("name"), said("stack")],
      },
      countFact(seen, "session.result", 1),
    ];
  },
  reach: { count: (seen) => seen.results.length, floor: 4 },
});

const ends = fc.constantFrom<"throw" | "value" | "undefined">(
  "throw",
  "throw",
  "throw",
  "value",
  "undefined",
);

function endStep(end: "value" | "throw" | "undefined"): Step {
  if (end === "throw") return { n: 1, do: "throw", message: "the end" };
  return end === "value" ? { n: 1, do: "result", value: { rows: [1, null] } } : { n: 1, do: "result" };
}

const once = sandboxCheck("result:once", {
  given: ends,
  when: (end) => ({ steps: [give(endStep(end)), { do: "await-result" }, { do: "await-exit" }] }),
  then: (seen) => [countFact(seen, "session.result", 1)],
  reach: { count: (seen) => seen.results.length, floor: 2 },
  runs: 12,
});

const afterAcknowledgement = sandboxCheck(
  "result:exit:after-acknowledgement",
  overPipesToo({
    given: fc.record({ end: ends, filler: fc.integer({ min: 1_500_000, max: 3_000_000 }) }),
    when: ({ end, filler: bytes }) => ({
      steps: [
        { do: "hold-result" },
        give(endStep(end)),
        { do: "await-result" },
        // Only a process that is there, and still reads, takes this much.
        { do: "answer", answers: filler(bytes) },
        { do: "await-drain" },
        { do: "acknowledge" },
        { do: "await-exit" },
      ],
    }),
    then: (seen): Fact[] => {
      const { acknowledged, exit } = seen.times;
      const early = exit !== undefined && (acknowledged === undefined || exit < acknowledged);
      const expected = "after the acknowledgement";
      return [{ about: "the exit", expected, actual: early ? "before the acknowledgement" : expected }];
    },
    reach: { count: (seen) => (seen.times["acknowledged"] === undefined ? 0 : 1), floor: 2 },
    runs: 4,
  }),
);

const exitCode = sandboxCheck("result:exit:code", {
  given: fc.option(json),
  when: (value) => ({
    steps: [give({ n: 1, do: "result", value }), { do: "await-result" }, { do: "await-exit" }],
  }),
  then: (seen) => [exitFact(seen, 0)],
  reach: { count: (seen) => seen.results.length },
  runs: 4,
});

const notSerializable = sandboxCheck("result:value:not-serializable", {
  given: fc.constantFrom<"cycle" | "throws">("cycle", "throws"),
  needs: ["unserializable"],
  when: (what) => ({
    steps: [give({ n: 1, do: "unserializable", what }), { do: "await-result" }, { do: "await-exit" }],
  }),
  then: (seen) => namedFacts(firstResult(seen), "ResultNotSerializable"),
  reach: { count: (seen) => seen.results.length, floor: 2 },
  runs: 4,
});

const unsettled = sandboxCheck("result:unsettled:reported", {
  given: fc.constant(null),
  needs: ["stall"],
  when: () => ({ steps: [give({ n: 1, do: "stall" }), { do: "await-result" }, { do: "await-exit" }] }),
  then: (seen) => namedFacts(firstResult(seen), "UnsettledScript"),
  reach: { count: (seen) => seen.results.length },
  runs: 2,
});

/** A result that says not ok, under this name. */
export function namedFacts(result: unknown, name: string): Fact[] {
  const { ok, error } = Object(result) as { ok?: unknown; error?: { name?: unknown } };
  return [{ about: "the result", expected: { ok: false, name }, actual: { ok, name: error?.name } }];
}

/** Checks of the area `result`. */
export const resultChecks = [
  handedOver,
  undefinedNull,
  throwReported,
  once,
  afterAcknowledgement,
  exitCode,
  notSerializable,
  unsettled,
];
