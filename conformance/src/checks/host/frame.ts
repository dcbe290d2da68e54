import * as fc from "fast-check";
import { LF, MAX_LISTED_VIOLATIONS, RPC_ERROR, RS } from "@sandpipe/spec/v1";
import { cuts, offsetsOf } from "../../arbitraries/cuts.js";
import { printedText } from "../../arbitraries/print.js";
import { text, wideText } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { HostStep, Part } from "../../target/host-plan.js";
import { encodeFrame } from "../../wire/encode.js";
import { hostCheck, type HostCheck } from "../check.js";
import {
  deservedFact,
  executionsFact,
  located,
  outcomeFact,
  outputFact,
  refusalsFact,
  resultFact,
  shown,
  silenceFact,
  violationsFact,
} from "./facts.js";
import { answered, BARRIER, count, echo, opened, refused, write, writeCut } from "./steps.js";

/** Offsets inside characters of several bytes. */
function insideCharacters(parts: readonly Part[]): number[] {
  const bytes = Buffer.concat(
    parts.map((part) => ("frame" in part ? encodeFrame(part.frame) : Buffer.alloc(0))),
  );
  return [...bytes.keys()].filter((offset) => ((bytes[offset] ?? 0) & 0xc0) === 0x80).slice(0, 200);
}

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

/** Checks of the area `frame`, in the order of its rows. */
export const frameChecks: readonly HostCheck[] = [
  hostCheck("frame:split:any-boundary", {
    given: fc.record({ calls: traffic(1, 6), where: cuts }),
    when: ({ calls, where }) =>
      opened(writeCut(where, calls.map(frameOf)), answered(...calls.map((one) => one.id))),
    then: (seen, { calls }) => calls.map((one) => deservedFact(seen, one)),
    reach: { count: (_, { calls, where }) => offsetsOf(where, calls.map(frameOf)).length },
  }),

  hostCheck("frame:split:inside-character", {
    given: fc.array(wideText, { minLength: 1, maxLength: 4 }),
    when: (texts) => {
      const parts = texts.map((one, index) => echo(index, { s: one }));
      return opened({ do: "write", parts, cuts: insideCharacters(parts) }, answered(...texts.keys()));
    },
    then: (seen, texts) => texts.map((one, index) => resultFact(seen, index, { s: one })),
    reach: { count: (_, texts) => insideCharacters(texts.map((one) => echo(0, { s: one }))).length },
  }),

  hostCheck("frame:read:many-frames", {
    given: traffic(2, 40),
    when: (calls) => opened(write(...calls.map(frameOf)), answered(...calls.map((one) => one.id))),
    then: (seen, calls) => calls.map((one) => deservedFact(seen, one)),
    reach: { count: (_, calls) => calls.length - 1 },
  }),

  hostCheck("frame:end:one-cr-dropped", {
    given: fc.array(fc.record({ s: text, cr: fc.boolean() }), { minLength: 1, maxLength: 12 }),
    when: (echoes) => {
      const parts = echoes.map(({ s, cr }, index): Part => {
        const frame = JSON.stringify({
          jsonrpc: "2.0",
          id: index,
          method: "conformance.echo",
          params: { s },
        });
        return { record: cr ? `${frame}\r` : frame };
      });
      return opened(write(...parts), answered(...echoes.keys()));
    },
    then: (seen, echoes) => [
      ...echoes.map(({ s }, index) => resultFact(seen, index, { s })),
      outputFact(seen, Buffer.alloc(0)),
    ],
    reach: { count: (_, echoes) => echoes.filter(({ cr }) => cr).length },
  }),

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

  hostCheck("frame:json:tolerated", {
    given: fc.array(
      fc.constantFrom(
        '"params":{"s":"\\ud800"}',
        '"params":{"s":"\\udc00\\ud800"}',
        '"params":{"\\ud83d":1}',
        '"params":{"n":1e400}',
        '"params":{"n":-1e400}',
        '"params":{"n":1e-400}',
        '"params":{"n":123456789012345678901234567890}',
        '"params":{"a":1,"a":2}',
        '"params":{"a":1},"params":{"a":2}',
        '"params":{},"x":1,"x":2',
        '"params":{},"jsonrpc":"2.0"',
        '"params":{"__proto__":{"a":1},"__proto__":null}',
      ),
      { minLength: 1, maxLength: 10 },
    ),
    when: (members) => {
      const parts = members.map((member, index): Part => ({
        record: `{"jsonrpc":"2.0","id":"t${index}","method":"conformance.echo",${member}}`,
      }));
      return opened(write(...parts), BARRIER, write(echo("after")), answered("after"));
    },
    then: (seen) => {
      const codes = seen.refusals.map(
        ({ value }) => (value["error"] as { code?: number } | undefined)?.code ?? 0,
      );
      const lawful: number[] = [RPC_ERROR.parseError, RPC_ERROR.invalidRequest];
      return [
        resultFact(seen, "after", { id: "after" }),
        {
          about: "refusals other than −32700 and −32600",
          expected: [],
          actual: codes.filter((code) => !lawful.includes(code)),
        },
      ];
    },
    reach: { count: (_, members) => members.length },
  }),

  hostCheck("frame:json:read-once", {
    given: fc.array(
      fc.constantFrom(
        ["files.read", '"fileId":"mine","fileId":"foreign","encoding":"utf8"'] as const,
        ["files.read", '"fileId":"foreign","fileId":"mine","encoding":"utf8"'] as const,
        ["files.read", '"fileId":"mine","encoding":"utf8","fileId":"foreign"'] as const,
        ["files.get", '"fileId":"mine","fileId":"foreign"'] as const,
        ["files.get", '"fileId":"foreign","fileId":"mine"'] as const,
        ["files.list", '"conversationId":"c1","conversationId":"c2"'] as const,
        ["files.list", '"conversationId":"c2","conversationId":"c1"'] as const,
        ["files.list", '"projectId":"p1","projectId":"p2"'] as const,
      ),
      { minLength: 1, maxLength: 8 },
    ),
    when: (doubles) => ({
      run: {
        fixture: {
          projects: [
            { id: "p1", name: "First" },
            { id: "p2", name: "Second" },
          ],
          conversations: [
            { id: "c1", projectId: "p1", messages: [] },
            { id: "c2", projectId: "p1", messages: [] },
          ],
          files: [
            {
              id: "mine",
              projectId: "p1",
              conversationId: "c1",
              name: "a.txt",
              content: "own",
              encoding: "utf8",
            },
            {
              id: "foreign",
              projectId: "p1",
              conversationId: "c2",
              name: "SECRET",
              content: "SECRET",
              encoding: "utf8",
            },
          ],
        },
      },
      steps: [
        { do: "open" },
        write(
          ...doubles.map(([method, members], index): Part => ({
            record: `{"jsonrpc":"2.0","id":"t${index}","method":"${method}","params":{${members}}}`,
          })),
        ),
        BARRIER,
      ],
    }),
    then: (seen) => {
      const leak = seen.frames.find((frame) => frame.text.includes("SECRET"));
      return [
        located(
          "the foreign file's name or content in a response",
          "nowhere",
          leak ? "there" : "nowhere",
          leak?.at,
        ),
      ];
    },
    reach: { count: (_, doubles) => doubles.length },
  }),

  hostCheck("frame:json:line-separators", {
    given: fc.array(
      fc
        .tuple(
          text,
          fc.constantFrom("\u2028", "\u2029", "\u0085", "\u0000", "\u000b", "\u000c", "\r", "\u001e", "\n"),
        )
        .map(([some, separator]) => some + separator + some),
      { minLength: 1, maxLength: 20 },
    ),
    when: (texts) => opened(write(...texts.map((s, index) => echo(index, { s }))), answered(...texts.keys())),
    then: (seen, texts) => [
      ...texts.map((s, index) => resultFact(seen, index, { s })),
      outputFact(seen, Buffer.alloc(0)),
    ],
    reach: { count: (_, texts) => texts.length },
  }),

  hostCheck("frame:send:well-formed", {
    given: traffic(4, 40),
    when: (calls) => opened(write(...calls.map(frameOf)), answered(...calls.map((one) => one.id))),
    then: (seen) => {
      const loose = seen.frames.find(({ text: json }) =>
        /\s/u.test(json.replaceAll(/"(?:[^"\\]|\\.)*"/gu, '""')),
      );
      return [
        { about: "bytes on stdin outside valid frames", expected: "", actual: shown(seen.stray) },
        located(
          "white space between the members of a frame",
          "none",
          loose === undefined ? "none" : loose.text,
          loose?.at,
        ),
      ];
    },
    reach: { count: (seen) => seen.frames.length, floor: 20 },
  }),

  hostCheck("frame:send:never-interleaved", {
    given: fc.array(fc.record({ large: fc.boolean(), size: fc.integer({ min: 1, max: 100_000 }) }), {
      minLength: 4,
      maxLength: 40,
    }),
    when: (calls) =>
      opened(
        { do: "pause" },
        write(
          ...calls.map(({ large, size }, index) =>
            large
              ? ({
                  frame: { jsonrpc: "2.0", id: index, method: "conformance.bytes", params: { size } },
                } as const)
              : echo(index, { size }),
          ),
        ),
        { do: "resume" },
        answered(...calls.keys()),
      ),
    then: (seen, calls) => [
      { about: "bytes on stdin outside valid frames", expected: "", actual: shown(seen.stray).slice(0, 200) },
      ...calls.map(({ large, size }, index) =>
        large
          ? located(
              `the length of the result of ${index}`,
              size,
              String(seen.answers(index)[0]?.value["result"]).length,
              seen.answers(index)[0]?.at,
            )
          : resultFact(seen, index, { size }),
      ),
    ],
    reach: { count: (_, calls) => calls.filter(({ large }) => large).length },
  }),
];
