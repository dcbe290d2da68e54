import * as fc from "fast-check";
import { cuts } from "../../arbitraries/cuts.js";
import { print, printedText } from "../../arbitraries/print.js";
import { text } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import { encodePart } from "../../target/host-parts.js";
import type { Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import {
  deservedFact,
  executionsFact,
  outputFact,
  refusalsFact,
  resultFact,
  shown,
  silenceFact,
} from "./facts.js";
import { answered, BARRIER, captured, count, echo, notification, opened, write, writeCut } from "./steps.js";

const bytesOf = (part: Part): Uint8Array => ("repeat" in part ? Buffer.alloc(0) : encodePart(part));

/** One print of a session: raw, or captured as text or bytes. */
type Print = { readonly raw: string } | { readonly text: string } | { readonly bytes: string };

const anyPrint: fc.Arbitrary<Print> = fc.oneof(
  printedText.map((raw): Print => ({ raw })),
  text.map((one): Print => ({ text: one })),
  fc.uint8Array({ maxLength: 12 }).map((bytes): Print => ({ bytes: Buffer.from(bytes).toString("base64") })),
);

function partOf(one: Print, stream: "stdout" | "stderr" = "stdout"): Part {
  if ("raw" in one) return { text: one.raw };
  if ("text" in one) return captured(one.text, stream);
  return notification("session.output", { stream, base64: one.bytes });
}

function printed(prints: readonly Print[]): Buffer {
  return Buffer.concat(
    prints.map((one) => {
      if ("raw" in one) return Buffer.from(one.raw);
      return "text" in one ? Buffer.from(one.text) : Buffer.from(one.bytes, "base64");
    }),
  );
}

/** Printed lines that a reader of lines would take for calls. */
const requestLike: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "log: ", "\u001b[32m", "\n", " "),
    fc.constantFrom(
      { jsonrpc: "2.0", id: "p", method: "conformance.count", params: { key: "k" } },
      { id: "p", method: "conformance.count", params: { key: "k" } },
      { jsonrpc: "2.0", method: "session.result", params: { ok: true, value: "printed" } },
      { jsonrpc: "2.0", id: "p", method: "session.result", params: { ok: true, value: "printed" } },
      [{ jsonrpc: "2.0", id: "p", method: "conformance.count", params: { key: "k" } }],
    ),
    fc.constantFrom("\n", "\r\n", "\n\n", ""),
  )
  .map(([before, value, after]) => before + JSON.stringify(value) + after);

/** Shell that writes so much to both streams and exits at once. */
const abruptly = (size: number, errors: number, code: number): string =>
  `{ head -c ${errors} /dev/zero | tr '\\0' e >&2; }; { head -c ${size} /dev/zero | tr '\\0' o; printf .; exit ${code}; }`;

/** Checks of the area `output`, in the order of its rows. */
export const outputChecks: readonly HostCheck[] = [
  hostCheck("output:raw:byte-exact", {
    given: fc.record({
      rounds: fc.array(
        fc.record({ prints: fc.array(print, { maxLength: 3 }), calls: traffic(0, 3, ["echo", "fail"]) }),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
      last: print,
      where: cuts,
    }),
    when: ({ rounds, last, where }) => {
      const parts = rounds.flatMap(({ prints, calls }, round) => [
        ...prints,
        ...calls.map((one, index) => frameOf({ ...one, id: `k:${round}:${index}` })),
      ]);
      const ids = rounds.flatMap(({ calls }, round) => calls.map((_, index) => `k:${round}:${index}`));
      return opened(writeCut(where, [...parts, last]), answered(...ids));
    },
    then: (seen, { rounds, last }) => [
      outputFact(seen, Buffer.concat([...rounds.flatMap(({ prints }) => prints), last].map(bytesOf))),
      ...rounds.flatMap(({ calls }, round) =>
        calls.map((one, index) => deservedFact(seen, { ...one, id: `k:${round}:${index}` })),
      ),
    ],
    reach: { count: (seen) => seen.output.length },
    runs: 12,
  }),

  // R05: hashicorp/go-plugin#233
  hostCheck("output:partial-line:kept", {
    given: fc.record({
      first: printedText,
      rounds: fc.array(fc.record({ partial: printedText, s: text }), { minLength: 1, maxLength: 12 }),
    }),
    when: ({ first, rounds }) => ({
      steps: [
        write({ text: first }),
        { do: "open" },
        write(...rounds.flatMap(({ partial, s }, index): Part[] => [{ text: partial }, echo(index, { s })])),
        answered(...rounds.keys()),
      ],
    }),
    then: (seen, { first, rounds }) => [
      ...rounds.map(({ s }, index) => resultFact(seen, index, { s })),
      outputFact(seen, Buffer.from(first + rounds.map(({ partial }) => partial).join(""))),
    ],
    reach: {
      count: (_, { first, rounds }) =>
        [first, ...rounds.map(({ partial }) => partial)].filter((partial) => !partial.endsWith("\n")).length,
    },
  }),

  hostCheck("output:print:never-executed", {
    given: fc.array(requestLike, { minLength: 1, maxLength: 10 }),
    when: (prints) =>
      opened(
        write(...prints.map((one): Part => ({ text: one }))),
        write(count("after")),
        answered("after"),
        BARRIER,
      ),
    then: (seen, prints) => [
      executionsFact(seen, "after", 1),
      silenceFact(seen, "p"),
      refusalsFact(seen, []),
      outputFact(seen, Buffer.from(prints.join(""))),
    ],
    reach: { count: (_, prints) => prints.length },
  }),

  hostCheck("output:captured:in-order", {
    given: fc.array(anyPrint, { minLength: 2, maxLength: 20 }),
    when: (prints) => opened(write(...prints.map((one) => partOf(one))), BARRIER),
    then: (seen, prints) => [outputFact(seen, printed(prints)), refusalsFact(seen, [])],
    reach: {
      count: (_, prints) =>
        prints.slice(1).filter((one, index) => "raw" in one !== "raw" in (prints[index] ?? one)).length,
    },
  }),

  hostCheck("output:captured:bytes", {
    given: fc.array(
      anyPrint.filter((one) => !("raw" in one)),
      { minLength: 1, maxLength: 20 },
    ),
    when: (prints) => opened(write(...prints.map((one) => partOf(one))), BARRIER),
    then: (seen, prints) => [outputFact(seen, printed(prints))],
    reach: { count: (_, prints) => prints.length },
  }),

  hostCheck("output:captured:always-taken", {
    given: fc.record({ before: text, after: text }),
    when: ({ before, after }) => ({
      steps: [
        write(captured(`before ${before}`)),
        { do: "open" },
        write({
          frame: { jsonrpc: "2.0", id: "result", method: "session.result", params: { ok: true, value: 1 } },
        }),
        answered("result"),
        write(captured(`after ${after}`)),
        { do: "exit", code: 0 },
      ],
    }),
    then: (seen, { before, after }) => [
      outputFact(seen, Buffer.from(`before ${before}after ${after}`)),
      refusalsFact(seen, []),
    ],
    reach: { count: () => 2 },
  }),

  hostCheck("output:stderr:apart", {
    given: fc.record({
      raw: fc.array(fc.stringMatching(/^[a-z0-9 ]{0,12}$/u), { minLength: 1, maxLength: 8 }),
      captures: fc.array(fc.stringMatching(/^[a-z0-9 ]{0,12}$/u), { minLength: 1, maxLength: 8 }),
    }),
    when: ({ raw, captures }) =>
      opened(
        { do: "write", stream: "stderr", parts: raw.map((line): Part => ({ text: `raw ${line}\n` })) },
        write(...captures.map((line) => captured(`captured ${line}\n`, "stderr")), captured("out\n")),
        BARRIER,
      ),
    then: (seen, { raw, captures }) => {
      // The two ways are two pipes: only what came by the same one has an order.
      const lines = Buffer.from(seen.stderr).toString("utf8").split("\n");
      const by = (way: string): string[] => lines.filter((line) => line.startsWith(way));
      return [
        outputFact(seen, Buffer.from("out\n")),
        { about: "raw stderr in the report", expected: raw.map((line) => `raw ${line}`), actual: by("raw ") },
        {
          about: "captured stderr in the report",
          expected: captures.map((line) => `captured ${line}`),
          actual: by("captured "),
        },
        {
          about: "lines of stderr in the report",
          expected: raw.length + captures.length,
          actual: lines.length - 1,
        },
      ];
    },
    reach: { count: (seen) => seen.stderr.length },
  }),

  // R18: nodejs/node#45085
  hostCheck("output:end:drained", {
    given: fc.record({
      size: fc.integer({ min: 1, max: 400_000 }),
      errors: fc.integer({ min: 0, max: 200_000 }),
      code: fc.constantFrom(0, 3),
      // A process that ends in the same moment as its last write: a runtime takes milliseconds to wind down, in
      // which any reader has emptied the pipe.
      abrupt: fc.boolean(),
    }),
    when: ({ size, errors, code, abrupt }) =>
      abrupt
        ? { run: { command: ["/bin/sh", "-c", abruptly(size, errors, code)] }, steps: [] }
        : opened(
            { do: "write", stream: "stderr", parts: [{ repeat: { text: "e", count: errors } }] },
            write({ repeat: { text: "o", count: size } }, { text: "." }),
            { do: "exit", code },
          ),
    then: (seen, { size, errors, code }) => [
      { about: "bytes of output in the report", expected: size + 1, actual: seen.output.length },
      { about: "the last byte of output", expected: ".", actual: shown(seen.output.slice(-1)) },
      { about: "bytes of stderr in the report", expected: errors, actual: seen.stderr.length },
      { about: "the exit code", expected: code, actual: seen.report?.exit.code },
    ],
    reach: { count: (_, { size }) => size },
    runs: 24,
  }),

  hostCheck("output:limit:counted", {
    given: fc.record({
      limit: fc.constantFrom(0, 1, 1_000, 65_536),
      more: fc.integer({ min: -1, max: 3_000 }),
    }),
    when: ({ limit, more }) => {
      const size = Math.max(0, limit + more);
      return {
        run: { limits: { maxOutputBytes: limit } },
        steps: [
          { do: "open" },
          { do: "write", stream: "stderr", parts: [{ repeat: { text: "e", count: size } }] },
          write({ repeat: { text: "o", count: size } }),
          BARRIER,
        ],
      };
    },
    then: (seen, { limit, more }) => {
      const size = Math.max(0, limit + more);
      const { report } = seen;
      return [
        { about: "bytes of output kept", expected: Math.min(limit, size), actual: seen.output.length },
        { about: "bytes of stderr kept", expected: Math.min(limit, size), actual: seen.stderr.length },
        { about: "outputTruncated", expected: size > limit, actual: report?.outputTruncated ?? false },
        { about: "stderrTruncated", expected: size > limit, actual: report?.stderrTruncated ?? false },
        ...(size > limit
          ? [
              { about: "outputBytes", expected: size, actual: report?.outputBytes },
              { about: "stderrBytes", expected: size, actual: report?.stderrBytes },
            ]
          : []),
      ];
    },
    reach: { count: (_, { more }) => Number(more > 0) },
  }),
];
