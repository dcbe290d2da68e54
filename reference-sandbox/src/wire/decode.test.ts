import {
  array,
  assert,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  property,
  string,
  tuple,
  uint8Array,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { createDecoder } from "./decode.js";

const seed = process.env["SANDPIPE_TEST_SEED"];
const parameters = seed === undefined ? {} : { seed: Number(seed) };

/** Bytes that are a frame, or that look like one. */
const piece = oneof(
  jsonValue().map((value) =>
    Buffer.from(`\x1e${JSON.stringify({ jsonrpc: "2.0", id: 1, result: value })}\n`),
  ),
  jsonValue().map((value) => Buffer.from(`\x1e${JSON.stringify(value)}\n`)),
  string({ unit: "grapheme" }).map((text) => Buffer.from(text)),
  uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  constantFrom("\x1e", "\n", "\r\n", "\x1e\x1e", '\x1e{"jsonrpc":', "\u2028").map((text) =>
    Buffer.from(text),
  ),
);

/** The plain way to read a whole stream. */
function readAll(bytes: Buffer): unknown[] {
  const frames: unknown[] = [];
  const text = bytes.toString("latin1");
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    const rs = line.lastIndexOf("\x1e");
    if (rs < 0) continue;
    try {
      const json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        Buffer.from(line.slice(rs + 1), "latin1"),
      );
      const value: unknown = JSON.parse(json);
      if (typeof value === "object" && value !== null && !Array.isArray(value) && "jsonrpc" in value)
        if ((value as { jsonrpc: unknown }).jsonrpc !== undefined) frames.push(value);
    } catch {
      // No frame.
    }
  }
  return frames;
}

describe("the decoder", () => {
  test("gives the same frames for the same bytes, however they are cut, from a buffer that is reused", () => {
    assert(
      property(
        tuple(array(piece, { maxLength: 12 }), array(integer({ min: 1, max: 40 }))),
        ([pieces, cuts]) => {
          const bytes = Buffer.concat(pieces);
          const decoder = createDecoder(1_000_000);
          const lent = Buffer.alloc(1_000_000);
          const frames: unknown[] = [];
          for (let at = 0, n = 0; at < bytes.length; n++) {
            const size = Math.min(bytes.length - at, cuts[n % Math.max(1, cuts.length)] ?? bytes.length);
            bytes.copy(lent, 0, at, at + size);
            frames.push(...decoder.push(lent.subarray(0, size)));
            lent.fill(0x7b);
            at += size;
          }
          expect(frames).toEqual(readAll(bytes));
        },
      ),
      { ...parameters, numRuns: 2_000 },
    );
  });

  test("skips a record above the limit, holds none of it, and goes on behind it", () => {
    const decoder = createDecoder(100);
    const frame = (size: number): string => {
      const empty = '{"jsonrpc":"2.0","x":""}';
      return `\x1e{"jsonrpc":"2.0","x":"${"y".repeat(size - empty.length)}"}\n`;
    };
    const push = (text: string): number[] =>
      [...text]
        .flatMap((char) => decoder.push(Buffer.from(char)))
        .map((value) => JSON.stringify(value).length);
    expect(push(frame(100))).toEqual([100]);
    expect(push(`${frame(300)}${frame(50)}`)).toEqual([50]);
    expect(push(`\x1e${"z".repeat(10_000)}\n${frame(60)}`)).toEqual([60]);
  });
});
