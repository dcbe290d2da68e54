import * as fc from "fast-check";
import { LF, MAX_LISTED_VIOLATIONS, RPC_ERROR, RS } from "@sandpipe/spec/v1";
import { printedText } from "../../arbitraries/print.js";
import { text } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { HostStep, Part } from "../../target/host-plan.js";
import { hostCheck, type HostCheck } from "../check.js";
import {
  deservedFact,
  executionsFact,
  outcomeFact,
  outputFact,
  refusalsFact,
  resultFact,
  silenceFact,
  violationsFact,
} from "./facts.js";
import { answered, BARRIER, count, echo, opened, refused, write } from "./steps.js";

const record = (body: Uint8Array | string): Buffer =>
  Buffer.concat([Uint8Array.of(RS), Buffer.from(body as string), Uint8Array.of(LF)]);
const raw = (bytes: Uint8Array): Part => ({ base64: Buffer.from(bytes).toString("base64") });
const COUNTING = { jsonrpc: "2.0", id: "v", method: "conformance.count", params: { key: "k" } };

/** Records that are no JSON object, as base64. */
const notJson: fc.Arbitrary<string> = fc
  .constantFrom<Uint8Array | string>(
    "",
    "null",
    "42",
    '"x"',
    "[]",
    "true",
    "{",
    "x",
    "NaN",
    JSON.stringify(COUNTING).slice(0, -1),
    `${JSON.stringify(COUNTING)}}`,
    `${JSON.stringify(COUNTING)},`,
    `${JSON.stringify(COUNTING)}${JSON.stringify(COUNTING)}`,
    `\ufeff${JSON.stringify(COUNTING)}`,
    JSON.stringify(COUNTING).replaceAll('"', "'"),
    Buffer.from([0xff]),
    Buffer.from(JSON.stringify({ ...COUNTING, "x-text": "\u00ff" }), "latin1"),
  )
  .map((body) => Buffer.from(body as string).toString("base64"));

/** Objects without `jsonrpc`. */
const bareObject: fc.Arbitrary<string> = fc.constantFrom(
  "{}",
  '{"a":1}',
  '{"JSONRPC":"2.0","id":"v"}',
  '{"id":"v","method":"conformance.count","params":{"key":"k"}}',
  '{"params":{"jsonrpc":"2.0"},"id":"v","method":"conformance.count"}',
);

/** What stands between an RS and the next: never with LF or RS. */
const cutRecord: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("", "{", "x", JSON.stringify(COUNTING), JSON.stringify(COUNTING).slice(0, 20)),
  text.map((some) => some.replaceAll(/[\u001e\n]/gu, "")),
);

/** Checks of the rows `frame:violation`, in their order. */
export const violationChecks: readonly HostCheck[] = [
  // R06: helix-editor/helix#13567
  hostCheck("frame:violation:not-json", {
    given: fc.array(notJson, { minLength: 1, maxLength: 12 }),
    when: (bodies) =>
      opened(
        write(...bodies.map((body) => raw(record(Buffer.from(body, "base64"))))),
        refused(bodies.length),
        write(count("after")),
        answered("after"),
      ),
    then: (seen, bodies) => [
      refusalsFact(
        seen,
        bodies.map(() => ({ code: RPC_ERROR.parseError })),
      ),
      silenceFact(seen, "v"),
      executionsFact(seen, "after", 1),
      outputFact(seen, Buffer.concat(bodies.map((body) => record(Buffer.from(body, "base64"))))),
      violationsFact(seen, bodies.length),
    ],
    reach: { count: (_, bodies) => bodies.length },
  }),

  hostCheck("frame:violation:no-jsonrpc", {
    given: fc.array(bareObject, { minLength: 1, maxLength: 12 }),
    when: (bodies) =>
      opened(write(...bodies.map((body): Part => ({ record: body })), count("after")), answered("after")),
    then: (seen, bodies) => [
      refusalsFact(seen, []),
      silenceFact(seen, "v"),
      executionsFact(seen, "after", 1),
      outputFact(seen, Buffer.concat(bodies.map(record))),
      violationsFact(seen, bodies.length),
    ],
    reach: { count: (_, bodies) => bodies.length },
  }),

  hostCheck("frame:violation:restart", {
    given: fc.array(fc.record({ cut: cutRecord, s: text }), { minLength: 1, maxLength: 10 }),
    when: (records) => {
      const parts = records.flatMap(({ cut, s }, index): Part[] => [
        { text: `\u001e${cut}` },
        echo(index, { s }),
      ]);
      return opened(write(...parts), answered(...records.keys()), refused(records.length));
    },
    then: (seen, records) => [
      ...records.map(({ s }, index) => resultFact(seen, index, { s })),
      refusalsFact(
        seen,
        records.map(() => ({ code: RPC_ERROR.parseError })),
      ),
      silenceFact(seen, "v"),
      outputFact(seen, Buffer.from(records.map(({ cut }) => `\u001e${cut}`).join(""))),
    ],
    reach: { count: (_, records) => records.length },
  }),

  // R35: Hacker-Valley-Media/Interceptor#183
  hostCheck("frame:violation:cut-end", {
    given: fc.record({ print: printedText, cut: cutRecord, acknowledged: fc.boolean() }),
    when: ({ print, cut, acknowledged }) => {
      const result = {
        jsonrpc: "2.0",
        id: "result",
        method: "session.result",
        params: { ok: true, value: 1 },
      };
      const end: HostStep[] = acknowledged ? [write({ frame: result }), answered("result")] : [];
      return opened(...end, write({ text: print }, { text: `\u001e${cut}` }), { do: "exit", code: 0 });
    },
    then: (seen, { print, cut, acknowledged }) => [
      outcomeFact(seen, acknowledged ? "ok" : "failed"),
      outputFact(seen, Buffer.from(`${print}\u001e${cut}`)),
      refusalsFact(seen, []),
      violationsFact(seen, 1),
    ],
    reach: { count: () => 1 },
  }),

  hostCheck("frame:violation:session-survives", {
    given: fc.array(
      fc.record({
        bad: fc.oneof(
          notJson,
          bareObject.map((body) => Buffer.from(body).toString("base64")),
        ),
        calls: traffic(1, 4),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    when: (rounds) =>
      opened(
        ...rounds.flatMap(({ bad, calls }) => [
          write(raw(record(Buffer.from(bad, "base64"))), ...calls.map(frameOf)),
          answered(...calls.map((one) => one.id)),
        ]),
      ),
    then: (seen, rounds) => {
      const used = rounds.flatMap(({ calls }) => calls.map((one) => `${typeof one.id} ${one.id}`));
      const once = (name: string): boolean => used.indexOf(name) === used.lastIndexOf(name);
      return rounds.flatMap(({ calls }) =>
        calls
          .filter((one) => once(`${typeof one.id} ${one.id}`) && one.id !== "v")
          .map((one) => deservedFact(seen, one)),
      );
    },
    reach: { count: (seen) => seen.frames.length },
  }),

  hostCheck("frame:violation:listed", {
    given: fc.record({ bad: bareObject, more: fc.integer({ min: 1, max: 150 }) }),
    when: ({ bad, more }) =>
      opened(
        write({ repeat: { text: record(bad).toString(), count: MAX_LISTED_VIOLATIONS + more } }),
        BARRIER,
      ),
    then: (seen, { more }) => [
      {
        about: "the number of violations listed in the report",
        expected: MAX_LISTED_VIOLATIONS,
        actual: seen.report?.violations.length,
      },
      {
        about: "the number of violations counted in the report",
        expected: MAX_LISTED_VIOLATIONS + more,
        actual: seen.report?.violationCount,
      },
    ],
    reach: { count: () => 1 },
    runs: 4,
  }),

  hostCheck("frame:violation:silence-after-100", {
    given: notJson,
    when: (bad) =>
      opened(
        write({ repeat: { text: "\u001enull\n", count: MAX_LISTED_VIOLATIONS } }),
        refused(MAX_LISTED_VIOLATIONS),
        write(raw(record(Buffer.from(bad, "base64"))), echo("after")),
        answered("after"),
      ),
    then: (seen) => [
      {
        about: "a violation after the first 100",
        expected: "unanswered",
        actual: seen.refusals.length > MAX_LISTED_VIOLATIONS ? "answered" : "unanswered",
      },
    ],
    reach: { count: (seen) => seen.refusals.length },
    runs: 1,
  }),
];
