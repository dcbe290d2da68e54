import * as fc from "fast-check";
import { cuts } from "../../arbitraries/cuts.js";
import { params } from "../../arbitraries/json.js";
import { printedBytes, printedText } from "../../arbitraries/print.js";
import { text } from "../../arbitraries/text.js";
import { lineOf, lineTraffic } from "../../arbitraries/traffic.js";
import { encodePart } from "../../target/host-parts.js";
import type { Part } from "../../target/host-plan.js";
import { isLineRequest, objectOfLine } from "../../wire/lines.js";
import { hostCheck, type HostCheck } from "../check.js";
import { located, outputFact, shown } from "../host/facts.js";
import { deservedFact, resultFact, silenceFact } from "./facts.js";
import { answered, echo, session, write } from "./steps.js";

const bytesOf = (part: Part): Uint8Array => ("repeat" in part ? Buffer.alloc(0) : encodePart(part));

/** Objects that lack something of a request. */
const almostRequest = fc.constantFrom(
  '{"id":"k:print"}',
  '{"method":"conformance.echo"}',
  '{"id":"","method":"conformance.echo"}',
  '{"id":"k:print","method":""}',
  '{"id":"k:print","method":7}',
  '{"id":"k:print","method":"conformance.echo","params":[1]}',
  '{"id":"k:print","method":"conformance.echo","params":"x"}',
  '[{"id":"k:print","method":"conformance.echo"}]',
  '"{\\"id\\":\\"k:print\\",\\"method\\":\\"conformance.echo\\"}"',
  'log: {"id":"k:print","method":"conformance.echo"}',
  '{"id":"k:print","method":"conformance.echo"',
);

/** A printed line that is no request. */
const line: fc.Arbitrary<Part> = fc.oneof(
  { weight: 2, arbitrary: printedText.filter(holdsNoRequest).map((some): Part => ({ text: `${some}.\n` })) },
  { weight: 2, arbitrary: almostRequest.map((some): Part => ({ text: `${some}\n` })) },
  {
    weight: 1,
    arbitrary: printedBytes.map((bytes): Part => ({
      base64: Buffer.concat([bytes, Buffer.from("\n")]).toString("base64"),
    })),
  },
);

/** What may stand behind the last LF: no whole line, and no JSON. */
const partial: fc.Arbitrary<string> = fc.constantFrom("", "50 %", "…", "{", " ", "\r", '{"rows":');

/** A line that is JSON to nobody. */
const plain: fc.Arbitrary<string> = text.map((some) => `> ${some.replaceAll("\n", " ")}\n`);
const object: fc.Arbitrary<string> = params
  .filter((value) => !isLineRequest(value))
  .map((value) => `${JSON.stringify(value)}\n`);

/** Checks of the areas `output` and `result` of version 0, in the order of the rows. */
export const outputChecks: readonly HostCheck[] = [
  hostCheck("output:line:kept", {
    given: fc.record({
      prints: fc.array(line, { minLength: 1, maxLength: 12 }),
      calls: lineTraffic(1, 6),
      last: partial,
      where: cuts,
    }),
    when: ({ prints, calls, last, where }) =>
      session(
        write([...interleaved(prints, calls.map(lineOf)), { text: last }], where),
        answered(...calls.map(({ id }) => String(id))),
      ),
    then: (seen, { prints, calls, last }) => [
      outputFact(seen, Buffer.concat([...prints.map(bytesOf), Buffer.from(last)])),
      ...calls.map((one) => deservedFact(seen, one)),
      silenceFact(seen, "k:print"),
    ],
    reach: { count: (_, { prints }) => prints.length },
  }),

  hostCheck("output:stderr:apart", {
    given: fc.array(fc.record({ out: plain, err: fc.oneof(plain, fc.constant(lineOnStderr())) }), {
      minLength: 1,
      maxLength: 12,
    }),
    when: (prints) =>
      session(
        ...prints.flatMap(({ out, err }) => [
          write([{ text: out }]),
          { do: "write" as const, stream: "stderr" as const, parts: [{ text: err }] },
        ]),
        { do: "barrier" },
      ),
    then: (seen, prints) => [
      outputFact(seen, Buffer.from(prints.map(({ out }) => out).join(""))),
      {
        about: "stderr in the report",
        expected: prints.map(({ err }) => err).join(""),
        actual: shown(seen.stderr),
      },
      silenceFact(seen, "k:stderr"),
    ],
    reach: { count: (_, prints) => prints.length },
  }),

  hostCheck("result:last-json-line", {
    given: fc.record({
      before: fc.array(fc.oneof(plain, object), { maxLength: 8 }),
      result: object,
      after: fc.array(plain, { maxLength: 3 }),
      ended: fc.boolean(),
    }),
    when: ({ before, result, after, ended }) => {
      const last = after.length === 0 && !ended ? result.slice(0, -1) : result;
      return session(
        write([echo("k:call"), ...[...before, last, ...after].map((some): Part => ({ text: some }))]),
        answered("k:call"),
      );
    },
    then: (seen, { result }) => [
      resultFact(seen, "k:call", { id: "k:call" }),
      located("the result in the report", JSON.parse(result), seen.report?.result, undefined),
    ],
    reach: { count: (_, { before }) => before.filter((some) => some.startsWith("{")).length, floor: 4 },
    runs: 12,
  }),
];

/** One by one in turn, as long as there are of both; requests only begin a line. */
function interleaved(prints: readonly Part[], calls: readonly Part[]): Part[] {
  const most = Math.max(prints.length, calls.length);
  return Array.from({ length: most }, (_, index) => [prints[index], calls[index]])
    .flat()
    .filter((part) => part !== undefined);
}

/** A print that is a valid request line is a request: the founding document says no more. */
function holdsNoRequest(printed: string): boolean {
  return printed.split("\n").every((one) => {
    const value = objectOfLine(Buffer.from(one));
    return value === undefined || !isLineRequest(value);
  });
}

function lineOnStderr(): string {
  return '{"id":"k:stderr","method":"conformance.echo","params":{}}\n';
}
