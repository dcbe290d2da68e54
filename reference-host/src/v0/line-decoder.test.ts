import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineDecoder } from "./line-decoder.js";
import type { LineEvent } from "./line-decoder.js";

const LIMITS = { maxFrameBytes: 200, maxDepth: 8 };
const MAX_LINE_BYTES = 300;
const seed = process.env["SANDPIPE_TEST_SEED"];
/** A failure prints the seed; given back in SANDPIPE_TEST_SEED it comes again. */
const parameters = seed === undefined ? {} : { seed: Number(seed) };

/** What the bytes come to: neighbouring output joined, values of objects and requests, where version 1 begins. */
function decode(chunks: readonly Buffer[], both: boolean): unknown[] {
  const decoder = createLineDecoder({ maxLineBytes: MAX_LINE_BYTES, ...(both && { offersV1: LIMITS }) });
  const events: LineEvent[] = [];
  for (const [index, chunk] of chunks.entries()) {
    events.push(...decoder.push(chunk));
    const last = events.at(-1);
    if (last?.kind !== "frame") continue;
    events.splice(-1, 1, { kind: "frame", rest: Buffer.concat([last.rest, ...chunks.slice(index + 1)]) });
    return told(events);
  }
  return told([...events, ...decoder.end()]);
}

function told(events: readonly LineEvent[]): unknown[] {
  const all: unknown[] = [];
  let output = "";
  const flush = (): void => {
    if (output !== "") all.push({ output });
    output = "";
  };
  for (const event of events) {
    if (event.kind === "output" || event.kind === "object") output += event.bytes.toString("latin1");
    else flush();
    if (event.kind === "object") all.push({ object: event.value });
    if (event.kind === "request") all.push({ request: event.request });
    if (event.kind === "frame") all.push({ frame: event.rest.toString("latin1") });
  }
  flush();
  return all;
}

const REQUEST = '{"id":"a","method":"m"}\n';
const request = { request: { id: "a", method: "m", params: {} } };
const OPEN = '\u001e{"jsonrpc":"2.0","id":1,"method":"session.open"}\n';
const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

describe("the latch of a host that offers both versions", () => {
  test.each<[string, string, unknown[]]>([
    [
      "a valid frame first: version 1 from its RS on",
      `x\n${OPEN}${REQUEST}`,
      [{ output: "x\n" }, { frame: OPEN + REQUEST }],
    ],
    [
      "a print without a newline before the frame stays output",
      `Loading${OPEN}`,
      [{ output: "Loading" }, { frame: OPEN }],
    ],
    [
      "a notification latches too",
      '\u001e{"jsonrpc":"2.0","method":"m"}\n',
      [{ frame: '\u001e{"jsonrpc":"2.0","method":"m"}\n' }],
    ],
    [
      "a request line first: version 0 for good",
      REQUEST + OPEN + REQUEST,
      [request, { output: OPEN }, request],
    ],
    [
      "a malformed record is output",
      `\u001e{"jsonrpc"\n${REQUEST}`,
      [{ output: '\u001e{"jsonrpc"\n' }, request],
    ],
    [
      "so is an invalid request",
      `\u001e{"jsonrpc":"2.0","id":{},"method":"m"}\n${OPEN}`,
      [{ output: '\u001e{"jsonrpc":"2.0","id":{},"method":"m"}\n' }, { frame: OPEN }],
    ],
    [
      "and a response, which no sandbox sends",
      `\u001e{"jsonrpc":"2.0","id":1,"result":1}\n`,
      [{ output: '\u001e{"jsonrpc":"2.0","id":1,"result":1}\n' }],
    ],
    [
      "a record cut by the next one is output, the next one counts",
      `\u001e{"jsonr${OPEN}`,
      [{ output: '\u001e{"jsonr' }, { frame: OPEN }],
    ],
    [
      "a request line behind an RS is none",
      `\u001e${REQUEST}${REQUEST}`,
      [{ output: `\u001e${REQUEST}` }, request],
    ],
    [
      "a frame larger than maxFrameBytes is output",
      `\u001e{"jsonrpc":"2.0","method":"m","x":"${"x".repeat(200)}"}\n${OPEN}`,
      [{ output: `\u001e{"jsonrpc":"2.0","method":"m","x":"${"x".repeat(200)}"}\n` }, { frame: OPEN }],
    ],
    [
      "half a request line latches nothing",
      `{"id":"a","me${OPEN}`,
      [{ output: '{"id":"a","me' }, { frame: OPEN }],
    ],
    ["half a frame at the end is output", OPEN.slice(0, -1), [{ output: OPEN.slice(0, -1) }]],
  ])("%s, however it is cut", (_, text, wanted) => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(decode([bytes.subarray(0, cut), bytes.subarray(cut)], true)).toEqual(wanted);
    expect(
      decode(
        [...bytes].map((byte) => Buffer.of(byte)),
        true,
      ),
    ).toEqual(wanted);
  });
});

test("a line beyond the limit is output, and the next one is read again", () => {
  const long = `{"id":"a","method":"m","x":"${"x".repeat(MAX_LINE_BYTES)}"}\n`;
  expect(decode([Buffer.from(long + REQUEST)], false)).toEqual([{ output: long }, request]);
});

test("a print that can be no request is told at once; what may be one is held back and given up on demand", () => {
  const decoder = createLineDecoder({ maxLineBytes: MAX_LINE_BYTES, offersV1: LIMITS });
  expect(decoder.push(Buffer.from("Loading"))).toEqual([{ kind: "output", bytes: Buffer.from("Loading") }]);
  expect(decoder.push(Buffer.from('…\n{"a":'))).toEqual([{ kind: "output", bytes: Buffer.from("…\n") }]);
  expect(decoder.release()).toEqual(Buffer.from('{"a":'));
});

test("however the bytes are cut, the events are the same", () => {
  const bytes = fc
    .array(
      fc.oneof(
        fc
          .constantFrom(
            REQUEST,
            OPEN,
            "\u001e",
            "\n",
            "\r\n",
            " ",
            "{",
            '{"rows":1}\n',
            "é😀\u2028",
            "y".repeat(150),
            '{"id":"a",',
          )
          .map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array)),
      ),
      { maxLength: 20 },
    )
    .map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(400), { maxLength: 10 }), fc.boolean(), (all, cuts, both) => {
      const places = [...new Set([0, ...cuts.filter((cut) => cut < all.length), all.length])].sort(
        (a, b) => a - b,
      );
      const pieces = places.slice(1).map((place, at) => all.subarray(places[at], place));
      expect(decode(pieces, both)).toEqual(decode([all], both));
      expect(
        decode(
          [...all].map((byte) => Buffer.of(byte)),
          both,
        ),
      ).toEqual(decode([all], both));
    }),
    { numRuns: 300, ...parameters },
  );
});

test("a line that could overflow a stack is output", () => {
  const deep = `{"id":"a","method":"m","params":{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}}\n`;
  const decoder = createLineDecoder({ maxLineBytes: 1_000_000 });
  expect(decoder.push(Buffer.from(latin1(deep)))).toMatchObject([{ kind: "output" }]);
});
