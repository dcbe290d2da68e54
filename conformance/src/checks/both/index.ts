import type { PrintApi, Step } from "@sandpipe/spec/control";
import type { RunReport } from "@sandpipe/spec/v1";
import * as fc from "fast-check";
import { json } from "../../arbitraries/json.js";
import { visibleCharacter } from "../../arbitraries/text.js";
import { traffic, type Call } from "../../arbitraries/traffic.js";
import type { BothPlan, BothSeen } from "../../target/both-plan.js";
import type { Subject } from "../../target/target.js";
import type { AnyCheck, Check, Fact } from "../check.js";

type BothCheck = AnyCheck<BothPlan, BothSeen>;

type OverAny = Omit<BothPlan, "transport">;

/** A check over stdio, and its twin over HTTP. */
function overEach<Case>(
  ids: Readonly<Record<BothPlan["transport"], string>>,
  body: Omit<Check<Case, BothPlan, BothSeen>, "id" | "after" | "when"> & {
    when(given: Case, subject: Subject): OverAny;
  },
): readonly BothCheck[] {
  return (["stdio", "http"] as const).map((transport) => {
    const check: Check<Case, BothPlan, BothSeen> = {
      ...{ ...body, id: ids[transport], after: [] },
      when: (given, subject) => ({ transport, ...body.when(given, subject) }),
    };
    return check as BothCheck;
  });
}

/** Ends a script; no other step has its number. */
const LAST = 1_000_000;
const done = (value: unknown): OverAny["ending"] => ({ n: LAST, do: "result", value });

/** What the driver said of a step, when it said one thing. */
function soleDone(seen: BothSeen, n: number): unknown {
  const [first, second] = seen.done(n);
  if (first === undefined) return "nothing";
  if (second !== undefined) return `${seen.done(n).length} reports`;
  return first.error === undefined ? { result: first.result } : { error: first.error };
}

function outcomeFact(seen: BothSeen, outcome: RunReport["outcome"]): Fact {
  return {
    about: "the outcome in the report",
    expected: outcome,
    actual: seen.report?.outcome ?? "no report",
  };
}

/** The kit's own number travels in the params, where the method lets them through. */
function callStep({ method, params }: Call, n: number): Step {
  return { n, do: "call", method, params: { ...params, step: n } };
}

function deservedFact(seen: BothSeen, { method, deserves }: Call, n: number): Fact {
  const about = `what the script got from step ${n}, ${method}`;
  const actual = soleDone(seen, n);
  if ("result" in deserves) {
    // An echo gives back the kit's number as well.
    const result = method === "conformance.echo" ? { ...Object(deserves.result), step: n } : deserves.result;
    return { about, expected: { result }, actual };
  }
  const { error } = Object(actual) as { error?: Readonly<Record<string, unknown>> };
  const narrowed =
    error && Object.fromEntries(Object.keys(deserves.error).map((name) => [name, error[name]]));
  return { about, expected: { error: deserves.error }, actual: narrowed ? { error: narrowed } : actual };
}

const ownResult = overEach(
  { stdio: "both:call:own-result", http: "both:http:own-result" },
  {
    // A method that isn't whitelisted may be refused by either of the two, in its own words.
    given: traffic(5, 40, ["echo", "delay", "fail", "thrown", "bytes"]),
    when: (calls) => ({ steps: calls.map((call, index) => callStep(call, index + 1)), ending: done(null) }),
    then: (seen, calls) => [
      ...calls.map((call, index) => deservedFact(seen, call, index + 1)),
      outcomeFact(seen, "ok"),
    ],
    reach: { count: (_, calls) => calls.length, floor: 20 },
  },
);

const executedOnce = overEach(
  { stdio: "both:call:executed-once", http: "both:http:executed-once" },
  {
    given: fc.integer({ min: 1, max: 40 }),
    when: (count) => ({
      steps: Array.from({ length: count }, (_, index): Step => {
        const n = index + 1;
        return { n, do: "call", method: "conformance.count", params: { key: "k", step: n } };
      }),
      ending: done(null),
    }),
    then: (seen, count) => {
      const counted = Array.from({ length: count }, (_, index) => seen.done(index + 1)[0]?.result);
      const wanted = Array.from({ length: count }, (_, index) => index + 1);
      return [
        {
          about: "what the counts came to",
          expected: wanted,
          actual: counted.toSorted((a, b) => Number(a) - Number(b)),
        },
      ];
    },
    reach: { count: (_, count) => count, floor: 8 },
  },
);

/** Those of the driver's APIs that print lines to stdout. */
function lineApis(subject: Subject): readonly PrintApi[] {
  return subject.prints.filter(({ stream, takes }) => stream === "stdout" && takes === "line");
}

const outputWhole = overEach(
  { stdio: "both:output:whole", http: "both:http:output-whole" },
  {
    given: fc.array(
      fc.tuple(
        fc.nat(3),
        fc.string({ unit: visibleCharacter, maxLength: 40 }),
        fc.constantFrom(1, 1, 1, 5_000),
      ),
      { minLength: 1, maxLength: 15 },
    ),
    when: (prints, subject) => ({
      steps: prints.map(([api, text, times], index): Step => {
        const apis = lineApis(subject);
        const { name } = apis[api % Math.max(1, apis.length)] ?? { name: "console.log" };
        return { n: index + 1, do: "print", api: name, text: text.repeat(times) };
      }),
      ending: done(null),
    }),
    then: (seen, prints) => {
      const wanted = Buffer.from(prints.map(([, text, times]) => `${text.repeat(times)}\n`).join(""));
      const same = wanted.equals(seen.output);
      const shown = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8").slice(0, 500);
      const actual = same ? shown(wanted) : `${seen.output.length} bytes: ${shown(seen.output)}`;
      return [
        { about: "the output in the report", expected: shown(wanted), actual },
        outcomeFact(seen, "ok"),
      ];
    },
    reach: { count: (_, prints) => prints.length, floor: 8 },
  },
);

type End = { readonly value: unknown } | { readonly message: string };

const handedOver = overEach(
  { stdio: "both:result:handed-over", http: "both:http:result-handed-over" },
  {
    given: fc.oneof<fc.Arbitrary<End>[]>(
      json.map((value) => ({ value })),
      fc.string({ minLength: 1, maxLength: 30 }).map((message) => ({ message })),
    ),
    when: (end) => ({
      steps: [],
      ending: "value" in end ? done(end.value) : { n: LAST, do: "throw", message: end.message },
    }),
    then: (seen, end) => {
      const { result, error } = seen.report ?? {};
      return "value" in end
        ? [
            outcomeFact(seen, "ok"),
            { about: "the result in the report", expected: end.value, actual: result },
          ]
        : [
            outcomeFact(seen, "failed"),
            { about: "the error in the report", expected: end.message, actual: error?.message },
          ];
    },
    reach: { count: () => 1, floor: 4 },
  },
);

const emitsKept = overEach(
  { stdio: "both:emit:kept", http: "both:http:emits-kept" },
  {
    needs: ["emit"],
    given: fc.array(json, { minLength: 1, maxLength: 6 }),
    when: (values) => ({
      steps: values.map((value, index): Step => ({
        n: index + 1,
        do: "emit",
        name: `e${index}`,
        data: { "application/json": value },
      })),
      ending: done(null),
    }),
    then: (seen, values) => [
      {
        about: "the emits in the report",
        expected: values.map((value, index) => ({ name: `e${index}`, data: { "application/json": value } })),
        actual: seen.report?.emits.map(({ name, data }) => ({ name, data })),
      },
    ],
    reach: { count: (_, values) => values.length, floor: 4 },
  },
);

/** Every check of a pair, in the order of the rows. */
export const BOTH_CHECKS: readonly BothCheck[] = [0, 1].flatMap((transport) =>
  [ownResult, executedOnce, outputWhole, handedOver, emitsKept].flatMap((each) => each[transport] ?? []),
);
