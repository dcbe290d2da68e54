import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { charactersOf, readWritten, writeBytes, type Notation } from "./escaped-text.js";

const read = (text: string, notation: Notation = "text"): unknown => {
  const written = readWritten(text, notation);
  return "bytes" in written ? [...written.bytes] : written.problem;
};

describe("bytes as a person writes them", () => {
  test.each<Notation>(["text", "base64", "hex"])("come back as they were, written as %s", (notation) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(read(writeBytes(bytes, notation), notation)).toEqual([...bytes]);
      }),
    );
  });

  test("come back as they were from any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(read(writeBytes(bytes, "text"))).toEqual([...bytes]);
      }),
    );
  });

  test.each([
    ["\\x1e{}\\n", [0x1e, 0x7b, 0x7d, 0x0a]],
    ["␞{}␊\n", [0x1e, 0x7b, 0x7d, 0x0a, 0x0a]],
    ["\\u{1F600}\\\\", [0xf0, 0x9f, 0x98, 0x80, 0x5c]],
    ["\\q", "a backslash stands before x.., u{..}, n, r, t, 0 or \\, not at character 1"],
    ["\\u{110000}", "\\u{110000} is beyond the last character, \\u{10FFFF}"],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each<[string, Notation, string]>([
    ["abc", "hex", "hex is pairs of 0–9 and a–f"],
    ["a*==", "base64", "this is no base64: A–Z, a–z, 0–9, + and /, filled up with ="],
  ])("says what is wrong with %j as %s", (text, notation, words) => {
    expect(read(text, notation)).toBe(words);
  });

  test("stand each alone where they are no UTF-8", () => {
    expect(charactersOf(Uint8Array.of(0xc3, 0xa9, 0xff, 0xe2, 0x82))).toEqual([
      { from: 0, to: 2, character: "é" },
      { from: 2, to: 3 },
      { from: 3, to: 4 },
      { from: 4, to: 5 },
    ]);
  });
});
