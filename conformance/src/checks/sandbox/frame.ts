import type { Step } from "@sandpipe/spec/control";
import * as fc from "fast-check";
import { shrunkAs } from "../../arbitraries/shrunk-as.js";
import { mostOf } from "../../arbitraries/most-of.js";
import { cuts, offsetsOf } from "../../arbitraries/cuts.js";
import { json, nested } from "../../arbitraries/json.js";
import { print } from "../../arbitraries/print.js";
import { text, wideText } from "../../arbitraries/text.js";
import type { Part } from "../../target/host-plan.js";
import type { Answer } from "../../target/sandbox-plan.js";
import { sandboxCheck } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { known, noResponseFact, noViolationFact, resultFact } from "./facts.js";
import { answers, barrier, call, calls, give, range } from "./steps.js";

const results = fc.array(fc.oneof(json, wideText), { minLength: 1, maxLength: 12 });

/** Answers with something before each. */
function between(values: readonly unknown[], parts: readonly Part[]): Answer[] {
  return values.flatMap((result, index) => {
    const part = parts[index % parts.length];
    return [...(part === undefined ? [] : [{ part }]), { of: index + 1, result }];
  });
}

// R01
const anyBoundary = sandboxCheck(
  "frame:receive:any-boundary",
  overPipesToo({
    given: fc.record({ values: results, cuts }),
    when: ({ values, cuts: where }) => {
      const frames = values.map((result) => ({ frame: { jsonrpc: "2.0", id: "cc", result } }));
      return {
        steps: [
          give(...calls(values.map(() => undefined))),
          {
            do: "answer",
            answers: answers(values.map((value, index) => [index + 1, value])),
            cuts: offsetsOf(where, frames),
          },
          { do: "await-done", of: range(1, values.length) },
        ],
      };
    },
    then: (seen, { values }) => values.map((value, index) => resultFact(seen, index + 1, value)),
    reach: { count: (_, { values }) => values.length, floor: 8 },
    runs: 12,
  }),
);

const manyFrames = sandboxCheck(
  "frame:receive:many-frames",
  overPipesToo({
    given: fc.array(json, { minLength: 2, maxLength: 120 }),
    when: (values) => ({
      steps: [
        give(...calls(values.map(() => undefined))),
        { do: "await-calls", of: range(1, values.length) },
        { do: "answer", answers: answers(values.map((value, index) => [index + 1, value])) },
        { do: "await-done", of: range(1, values.length) },
      ],
    }),
    then: (seen, values) => values.map((value, index) => resultFact(seen, index + 1, value)),
    reach: { count: (_, values) => values.length - 1, floor: 8 },
  }),
);

const strayBytes = sandboxCheck("frame:receive:stray-bytes", {
  given: fc.record({ values: results, stray: fc.array(print, { minLength: 1, maxLength: 4 }) }),
  when: ({ values, stray }) => ({
    steps: [
      give(...calls(values.map(() => undefined))),
      { do: "answer", answers: between(values, stray) },
      { do: "await-done", of: range(1, values.length) },
    ],
  }),
  then: (seen, { values }) => [
    ...values.map((value, index) => resultFact(seen, index + 1, value)),
    noResponseFact(seen),
  ],
  reach: { count: (_, { values }) => values.length, floor: 8 },
});

/** Bytes that are no frame, though some hold the id of a call that waits. */
interface Malformed {
  readonly raw: string;
  readonly encoding?: "latin1";
}

const record = (text: string): Malformed => ({ raw: `\u001e${text}\n` });
/** What would be a frame but for what stands in place of its result. */
const answerOf = (result: string): Malformed => record(`{"jsonrpc":"2.0","id":{id},"result":${result}}`);

const MALFORMED: readonly Malformed[] = [
  ...["null", "42", '"x"', "[]", "", "{", '{"jsonrpc":"2.0"}'].map(record),
  // No parser of JSON takes these; some languages' own do.
  ...["NaN", '{"x":NaN}', "[Infinity]", "-Infinity", "'malformed'", "undefined", "0x1"].map(answerOf),
  answerOf('"malformed",'),
  answerOf("[".repeat(10_000)),
  answerOf('"malformed"/**/'),
  record('\ufeff{"jsonrpc":"2.0","id":{id},"result":"malformed"}'),
  record('{"id":{id},"result":"malformed"}'),
  record('[{"jsonrpc":"2.0","id":{id},"result":"malformed"}]'),
  record('{"jsonrpc":"2.0","id":{},"result":"malformed"}'),
  record('{"jsonrpc":"2.0","id":null,"error":7}'),
  // Deeper than the session allows: nobody must refuse it, so it names no call.
  record(JSON.stringify({ jsonrpc: "2.0", id: "nobody's", result: nested(300) })),
  { raw: "\u001e\u001e" },
  { raw: '\u001e{"jsonrpc":"2.0","id":{id},"result":"malformed"' },
  { raw: "\u001e\u00ff\u00fe\n", encoding: "latin1" },
  { raw: '\u001e{"jsonrpc":"2.0","id":{id},"result":"malformed \u00c3"}\n', encoding: "latin1" },
];

/** Each call's right answer behind malformed ones to the same call. */
function afterMalformed(values: readonly unknown[], records: readonly Malformed[]): Answer[] {
  const at = (index: number): Malformed => records[index % records.length] as Malformed;
  const first = records.map((_, index) => ({ of: (index % values.length) + 1, ...at(index) }));
  return [
    ...first,
    ...values.flatMap((result, index) => [
      { of: index + 1, ...at(index) },
      { of: index + 1, result },
    ]),
  ];
}

// R24
const malformedIgnored = sandboxCheck("frame:receive:malformed-ignored", {
  given: fc.record({ values: results, records: mostOf(MALFORMED) }),
  when: ({ values, records }) => ({
    steps: [
      give(...calls(values.map(() => undefined))),
      { do: "answer", answers: afterMalformed(values, records) },
      { do: "await-done", of: range(1, values.length) },
    ],
  }),
  then: (seen, { values }) => [
    ...values.map((value, index) => resultFact(seen, index + 1, value)),
    noResponseFact(seen),
  ],
  reach: { count: (_, { records }) => records.length, floor: 8 },
  runs: 12,
});

const wellFormed = sandboxCheck("frame:emit:well-formed", {
  given: fc.record({
    values: fc.array(json, { maxLength: 8 }),
    printed: text,
    message: text,
    also: mostOf(["print", "progress"] as const),
    surrogate: fc.boolean(),
    nan: fc.boolean(),
  }),
  when: ({ values, printed, message, also, surrogate, nan }, subject) => {
    const count = values.length;
    const odd = surrogate && subject.features.includes("surrogate");
    return {
      steps: [
        give(
          ...calls(values),
          ...also.map((what, index): Step => {
            const n = count + 1 + index;
            if (what === "progress") return { n, do: what, fraction: 0.5, message };
            return { n, do: what, api: subject.prints[0]?.name ?? "console.log", text: printed };
          }),
          ...(odd ? [{ n: count + 3, do: "surrogate" as const, method: "conformance.echo" }] : []),
          // It may be sent as null or as text or fail where it is made: if a call comes, it stays open.
          ...(nan && subject.features.includes("nan")
            ? [{ n: count + 4, do: "nan" as const, method: "conformance.echo" }]
            : []),
        ),
        {
          do: "answer",
          answers: answers([...range(1, count), ...(odd ? [count + 3] : [])].map((n) => [n, n])),
        },
        { do: "await-done", of: [...range(1, count + also.length), ...(odd ? [count + 3] : [])] },
      ],
    };
  },
  then: (seen, { values }) => [
    noViolationFact(seen),
    ...seen.frames.map((frame) => ({
      about: "a frame's text",
      expected: "compact, without lone surrogates",
      actual: faultOf(frame.text),
      at: frame.at,
    })),
    ...values.map((value, index) => ({
      about: `the params of call ${index + 1}`,
      expected: { step: index + 1, value },
      actual: known(seen.call(index + 1)?.value["params"], ["step", "value"]),
    })),
  ],
  reach: { count: (seen) => seen.frames.length, floor: 20 },
});

/** What is wrong with the text of a frame that is valid JSON. */
function faultOf(frame: string): string {
  const outside = frame.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  if (/\s/.test(outside)) return "white space between its members";
  const lone = JSON.stringify(JSON.parse(frame)).replaceAll("\\\\", "");
  return /\\u[dD][89a-fA-F]/.test(lone) ? "a lone surrogate" : "compact, without lone surrogates";
}

const neverInterleaved = sandboxCheck(
  "frame:emit:never-interleaved",
  overPipesToo({
    given: fc.record({
      sizes: fc
        .tuple(
          fc.integer({ min: 250_001, max: 500_000 }),
          shrunkAs(
            fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1, maxLength: 4 }),
            fc.array(fc.integer({ min: 1, max: 500_000 }), { maxLength: 4 }),
          ),
        )
        .map(([large, others]) => [large, ...others]),
      prints: fc.array(text, { minLength: 1, maxLength: 3 }),
    }),
    when: ({ sizes, prints }, subject) => ({
      steps: [
        give(
          ...sizes.flatMap((size, index) => [
            { n: index + 1, do: "large" as const, what: "call" as const, size },
            ...prints.map((value, k) => ({
              n: 100 * (index + 1) + k,
              do: "print" as const,
              api: subject.prints[0]?.name ?? "console.log",
              text: value,
            })),
          ]),
          ...sizes.map((_, index) => call(sizes.length + index + 1)),
        ),
        { do: "serve", of: range(1, 2 * sizes.length) },
        { do: "await-done", of: range(1, 2 * sizes.length) },
      ],
    }),
    needs: ["large"],
    // What becomes of the prints themselves is output:print:whole's to judge.
    then: (seen, { sizes }) => [
      noViolationFact(seen),
      ...sizes.map((size, index) => ({
        about: `the length of call ${index + 1}'s text`,
        expected: size,
        actual: textLength(seen.call(index + 1)?.value["params"]),
      })),
    ],
    reach: { count: (_, { sizes }) => sizes.filter((size) => size > 250_000).length, floor: 4 },
  }),
);

function textLength(params: unknown): unknown {
  const { text: value } = Object(params) as { text?: unknown };
  return typeof value === "string" ? value.length : "no text";
}

const oneCrDropped = sandboxCheck("frame:receive:one-cr-dropped", {
  given: fc.array(json, { minLength: 1, maxLength: 6 }),
  when: (values) => ({
    steps: [
      give(...calls(values.map(() => undefined))),
      {
        do: "answer",
        answers: values.map((result, index) => ({ of: index + 1, members: { result }, tail: "\r" })),
      },
      { do: "await-done", of: range(1, values.length) },
      ...barrier(),
    ],
  }),
  then: (seen, values) => values.map((value, index) => resultFact(seen, index + 1, value)),
  reach: { count: (_, values) => values.length },
});

/** Checks of the area `frame`. */
export const frameChecks = [
  anyBoundary,
  manyFrames,
  strayBytes,
  malformedIgnored,
  wellFormed,
  neverInterleaved,
  oneCrDropped,
];
