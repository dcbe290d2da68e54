import * as fc from "fast-check";
import { json, params } from "../../arbitraries/json.js";
import { mostOf } from "../../arbitraries/most-of.js";
import { text } from "../../arbitraries/text.js";
import { unknownMember } from "../../arbitraries/unknown-member.js";
import type { Answer } from "../../target/sandbox-plan.js";
import { sandboxCheck } from "../check.js";
import { errorFact, failedFact, resultFact } from "./facts.js";
import { answers, barrier, BARRIER, call, calls, give, range } from "./steps.js";

const nullIsSuccess = sandboxCheck("call:result:null-is-success", {
  given: mostOf<unknown>([null, false, 0, "", [], {}]),
  // An error and null right behind it come last: what an error leaves behind must not spoil the next answer.
  when: (values) => ({
    steps: [
      give(...calls([...values, "fails", null])),
      {
        do: "answer",
        answers: [
          ...answers(values.map((value, index) => [index + 1, value])),
          { of: values.length + 1, members: { error: { code: 2_000, message: "failed" } } },
          ...answers([[values.length + 2, null]]),
        ],
      },
      { do: "await-done", of: range(1, values.length + 2) },
    ],
  }),
  then: (seen, values) => [
    ...values.map((value, index) => resultFact(seen, index + 1, value)),
    failedFact(seen, values.length + 1),
    resultFact(seen, values.length + 2, null),
  ],
  reach: { count: (_, values) => values.filter((value) => value === null).length },
});

const NEITHER = {};
const BOTH = { result: 1, error: { code: 2_000, message: "both" } };

const neitherOrBoth = sandboxCheck("call:result:neither-or-both", {
  given: mostOf<"neither" | "both" | "right">(["neither", "both", "right", "both", "neither"]),
  when: (kinds) => ({
    steps: [
      give(...calls(kinds)),
      {
        do: "answer",
        answers: kinds.map((kind, index): Answer => {
          const of = index + 1;
          if (kind === "right") return { of, result: of };
          return { of, members: kind === "both" ? BOTH : NEITHER };
        }),
      },
      { do: "await-done", of: range(1, kinds.length) },
      ...barrier(),
    ],
  }),
  then: (seen, kinds) => [
    ...kinds.map((kind, index) =>
      kind === "right" ? resultFact(seen, index + 1, index + 1) : failedFact(seen, index + 1),
    ),
    resultFact(seen, BARRIER, "barrier"),
  ],
  reach: { count: (_, kinds) => kinds.filter((kind) => kind !== "right").length, floor: 2 },
});

const wireError = fc.record({
  code: fc.oneof(fc.integer({ min: 2_000, max: 99_999 }), fc.constantFrom(-32_603, -32_602, -32_601)),
  message: text,
  data: fc.oneof(params, fc.constant([1, "two"]), fc.constant("text")),
});

const passesThrough = sandboxCheck("call:error:passes-through", {
  given: fc.array(wireError, { minLength: 1, maxLength: 8 }),
  when: (errors) => ({
    steps: [
      give(...calls(errors.map(() => undefined))),
      { do: "answer", answers: errors.map((error, index) => ({ of: index + 1, error })) },
      { do: "await-done", of: range(1, errors.length) },
    ],
  }),
  then: (seen, errors) => errors.map((error, index) => errorFact(seen, index + 1, error)),
  reach: { count: (_, errors) => errors.length, floor: 8 },
});

/** Members of an answer that names its call and is still none. */
const MALFORMED: readonly Readonly<Record<string, unknown>>[] = [
  ...["1.0", "2", 2, null, ["2.0"]].map((jsonrpc) => ({ jsonrpc, result: "wrong" })),
  { error: { message: "no code" } },
  ...["1003", 1.5, null, true, []].map((code) => ({ error: { message: "an odd code", code } })),
  { error: { code: 1003 } },
  ...[5, null, {}].map((message) => ({ error: { code: 1003, message } })),
  ...["not found", null, 404, []].map((error) => ({ error })),
];

const malformedFails = sandboxCheck("call:response:malformed-fails", {
  given: mostOf(MALFORMED),
  when: (list) => ({
    steps: [
      give(...calls(list.map(() => undefined)), call(100)),
      {
        do: "answer",
        answers: [
          ...list.map((members, index): Answer => ({ of: index + 1, members })),
          ...answers([[100, "right"]]),
        ],
      },
      { do: "await-done", of: [...range(1, list.length), 100] },
      ...barrier(),
    ],
  }),
  then: (seen, list) => [
    ...list.map((_, index) => failedFact(seen, index + 1)),
    resultFact(seen, 100, "right"),
    resultFact(seen, BARRIER, "barrier"),
  ],
  reach: { count: (_, list) => list.length, floor: 8 },
});

interface Strange {
  readonly name: string;
  readonly value: unknown;
  readonly where: "result" | "error" | "in the error";
}

const WIRE_ERROR = { code: 2_000, message: "with more beside it" };

/** An answer with one member more than the protocol knows. */
function strangeAnswer(of: number, { name, value, where }: Strange): Answer {
  const more = Object.fromEntries([[name, value]]);
  if (where === "result") return { of, members: { ...more, result: of } };
  if (where === "error") return { of, members: { error: WIRE_ERROR, ...more } };
  return { of, members: { error: { ...more, ...WIRE_ERROR } } };
}

/** Of an error and of what `session.open` answers these are members; nothing may be said by chance. */
const strangeName = unknownMember.filter((name) => !/^[a-z]+$/i.test(name) || name === "traceparent");

// R07: ionide/LanguageServerProtocol#70
const unknownMembers = sandboxCheck("call:response:unknown-members", {
  given: fc.record({
    opening: fc.option(fc.record({ name: strangeName, value: json }), { nil: undefined }),
    strange: fc.array(
      fc.record({
        name: strangeName,
        value: json,
        where: fc.constantFrom<Strange["where"][]>("result", "error", "in the error"),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  }),
  when: ({ opening, strange }) => ({
    ...(opening === undefined ? {} : { openMore: Object.fromEntries([[opening.name, opening.value]]) }),
    steps: [
      give(...calls(strange.map(() => undefined))),
      { do: "answer", answers: strange.map((one, index) => strangeAnswer(index + 1, one)) },
      { do: "await-done", of: range(1, strange.length) },
    ],
  }),
  then: (seen, { strange }) =>
    strange.map(({ where }, index) =>
      where === "result" ? resultFact(seen, index + 1, index + 1) : errorFact(seen, index + 1, WIRE_ERROR),
    ),
  reach: {
    count: (seen, { opening, strange }) =>
      seen.times["open-answered"] === undefined ? 0 : strange.length + Number(opening !== undefined),
    floor: 8,
  },
});

/** Checks of the area `call` that are about what an answer does to its call. */
export const callAnswerChecks = [nullIsSuccess, neitherOrBoth, passesThrough, malformedFails, unknownMembers];
