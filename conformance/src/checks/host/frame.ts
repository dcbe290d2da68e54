import * as fc from "fast-check";
import { RPC_ERROR } from "@sandpipe/spec/v1";
import { mostOf } from "../../arbitraries/most-of.js";
import { cuts, offsetsOf } from "../../arbitraries/cuts.js";
import { text, wideText } from "../../arbitraries/text.js";
import { frameOf, traffic } from "../../arbitraries/traffic.js";
import type { Part } from "../../target/host-plan.js";
import { encodeFrame } from "../../wire/encode.js";
import { hostCheck, type HostCheck } from "../check.js";
import { deservedFact, located, outputFact, resultFact, shown } from "./facts.js";
import { answered, BARRIER, call, echo, opened, write, writeCut } from "./steps.js";

/** Offsets inside characters of several bytes. */
function insideCharacters(parts: readonly Part[]): number[] {
  const bytes = Buffer.concat(
    parts.map((part) => ("frame" in part ? encodeFrame(part.frame) : Buffer.alloc(0))),
  );
  return [...bytes.keys()].filter((offset) => ((bytes[offset] ?? 0) & 0xc0) === 0x80).slice(0, 200);
}

/** Checks of the area `frame` but its violations, in the order of its rows. */
export const frameChecks: readonly HostCheck[] = [
  hostCheck("frame:split:any-boundary", {
    given: fc.record({ calls: traffic(1, 6), where: cuts }),
    when: ({ calls, where }) =>
      opened(writeCut(where, calls.map(frameOf)), answered(...calls.map((one) => one.id))),
    then: (seen, { calls }) => calls.map((one) => deservedFact(seen, one)),
    reach: { count: (_, { calls, where }) => offsetsOf(where, calls.map(frameOf)).length },
    runs: 12,
  }),

  // R01: modelcontextprotocol/typescript-sdk#2038
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
    given: traffic(2, 60),
    when: (calls) => opened(write(...calls.map(frameOf)), answered(...calls.map((one) => one.id))),
    then: (seen, calls) => calls.map((one) => deservedFact(seen, one)),
    reach: { count: (_, calls) => calls.length - 1 },
    runs: 12,
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

  // R47: simd-lite/simd-json#481
  hostCheck("frame:json:tolerated", {
    given: mostOf([
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
    ]),
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

  // R10: tidwall/gjson#393
  hostCheck("frame:json:read-once", {
    given: mostOf<readonly [string, string]>([
      ["files.read", '"fileId":"mine","fileId":"foreign","encoding":"utf8"'],
      ["files.read", '"fileId":"foreign","fileId":"mine","encoding":"utf8"'],
      ["files.read", '"fileId":"mine","encoding":"utf8","fileId":"foreign"'],
      ["files.get", '"fileId":"mine","fileId":"foreign"'],
      ["files.get", '"fileId":"foreign","fileId":"mine"'],
      ["files.list", '"conversationId":"c1","conversationId":"c2"'],
      ["files.list", '"conversationId":"c2","conversationId":"c1"'],
      ["files.list", '"projectId":"p1","projectId":"p2"'],
    ]),
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
          // A host that reads nothing leaks nothing.
          call("own", "files.read", { fileId: "mine", encoding: "utf8" }),
        ),
        answered("own"),
        BARRIER,
      ],
    }),
    then: (seen) => {
      const leak = seen.frames.find((frame) => frame.text.includes("SECRET"));
      const [own] = seen.answers("own");
      const { content } = Object(own?.value["result"]) as { content?: unknown };
      return [
        located("the content of the session's own file", "own", content, own?.at),
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

  // R02: openai/codex#45727
  hostCheck("frame:json:line-separators", {
    given: fc
      .tuple(
        mostOf(["\u2028", "\u2029", "\u0085", "\u0000", "\u000b", "\u000c", "\r", "\u001e", "\n"]),
        fc.array(text, { minLength: 1, maxLength: 3 }),
      )
      .map(([separators, texts]) =>
        separators.flatMap((separator) => texts.map((some) => some + separator + some)),
      ),
    when: (texts) => opened(write(...texts.map((s, index) => echo(index, { s }))), answered(...texts.keys())),
    then: (seen, texts) => [
      ...texts.map((s, index) => resultFact(seen, index, { s })),
      outputFact(seen, Buffer.alloc(0)),
    ],
    reach: { count: (_, texts) => texts.length },
  }),

  // R24: getsentry/sentry#1979
  hostCheck("frame:send:well-formed", {
    given: traffic(20, 60),
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
    runs: 12,
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
