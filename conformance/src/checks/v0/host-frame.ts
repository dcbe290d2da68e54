import * as fc from "fast-check";
import { cuts, offsetsOf } from "../../arbitraries/cuts.js";
import { text, wideText } from "../../arbitraries/text.js";
import { lineOf, lineTraffic } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import { located, outputFact, shown } from "../host/facts.js";
import { deservedFact, resultFact, silenceFact } from "./facts.js";
import { answered, echo, session, write } from "./steps.js";

/** Line ends to some readers, and none of version 0. */
const separators = fc.constantFrom(
  "\u2028",
  "\u2029",
  "\u0085",
  "\r",
  "\u000b",
  "\u000c",
  "\u001c",
  "\u0000",
);

const idsOf = (calls: readonly { readonly id: unknown }[]): string[] => calls.map(({ id }) => String(id));

/** Checks of the area `frame` of version 0, in the order of its rows. */
export const frameChecks: readonly HostCheck[] = [
  hostCheck("frame:line:any-boundary", {
    given: fc.record({ wide: wideText, calls: lineTraffic(1, 6), where: cuts }),
    when: ({ wide, calls, where }) =>
      session(
        write([echo("k:wide", { s: wide }), ...calls.map(lineOf)], where),
        answered("k:wide", ...idsOf(calls)),
      ),
    then: (seen, { wide, calls }) => [
      resultFact(seen, "k:wide", { s: wide }),
      ...calls.map((one) => deservedFact(seen, one)),
    ],
    reach: { count: (_, { calls, where }) => offsetsOf(where, calls.map(lineOf)).length },
  }),

  hostCheck("frame:line:many", {
    given: lineTraffic(2, 60),
    when: (calls) => session(write(calls.map(lineOf)), answered(...idsOf(calls))),
    then: (seen, calls) => calls.map((one) => deservedFact(seen, one)),
    reach: { count: (_, calls) => calls.length - 1 },
  }),

  hostCheck("frame:line:lf-only", {
    given: fc.array(fc.record({ s: text, separator: separators }), {
      minLength: 1,
      maxLength: 12,
    }),
    when: (lines) =>
      session(
        write(
          lines.flatMap(({ s, separator }, index): Part[] => [
            { text: printed(separator) },
            echo(`k:${index}`, { s: s + separator + s }),
          ]),
        ),
        answered(...lines.map((_, index) => `k:${index}`)),
        { do: "barrier" },
      ),
    then: (seen, lines) => [
      ...lines.map(({ s, separator }, index) => resultFact(seen, `k:${index}`, { s: s + separator + s })),
      silenceFact(seen, "k:printed"),
      outputFact(seen, Buffer.from(lines.map(({ separator }) => printed(separator)).join(""))),
    ],
    reach: { count: (_, lines) => lines.length },
  }),

  hostCheck("frame:send:one-line", {
    given: lineTraffic(20, 60),
    when: (calls) => session(write(calls.map(lineOf)), answered(...idsOf(calls))),
    then: (seen) => {
      const loose = seen.frames.find(({ text: json }) =>
        /\s/u.test(json.replaceAll(/"(?:[^"\\]|\\.)*"/gu, '""')),
      );
      return [
        {
          about: "bytes on stdin outside lines that are JSON objects",
          expected: "",
          actual: shown(seen.stray),
        },
        located("white space between the members of a response", "none", loose?.text ?? "none", loose?.at),
      ];
    },
    reach: { count: (seen) => seen.frames.length, floor: 20 },
  }),
];

/** A print that a reader which ends lines at the separator takes for a request. */
function printed(separator: string): string {
  return `log: x${separator}{"id":"k:printed","method":"conformance.echo","params":{}}${separator}\n`;
}
