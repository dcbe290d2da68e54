import { array, asyncProperty, constantFrom, nat } from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../store/seeded-property.js";

import { bytesWithinJson, wholeCharacters } from "./utf8-range.js";

describe("bytesWithinJson", () => {
  it("counts every byte as JSON.stringify writes it", () => {
    for (let byte = 0; byte < 128; byte += 1) {
      const size = JSON.stringify(String.fromCharCode(byte)).length - 2;
      // Many of them, so that the count is made.
      const bytes = new Uint8Array(100).fill(byte);
      expect(bytesWithinJson(bytes, 10 * size), `byte ${byte}`).toBe(10);
      expect(bytesWithinJson(bytes, 10 * size - 1), `byte ${byte}`).toBe(9);
    }
  });
});

describe("wholeCharacters", () => {
  it("takes all characters that end within, or the first one", async () => {
    await holds(
      asyncProperty(
        array(constantFrom("a", "\u007f", "\u0080", "é", "\u07ff", "あ", "\uffff", "😀"), { maxLength: 8 }),
        nat({ max: 20 }),
        async (characters, wanted) => {
          const sizes = characters.map((character) => Buffer.byteLength(character));
          let expected = 0;
          for (const size of sizes) {
            if (expected + size > wanted && !(expected === 0 && wanted > 0)) break;
            expected += size;
          }
          expect(wholeCharacters(Buffer.from(characters.join("")), wanted)).toBe(expected);
        },
      ),
      500,
    );
  });
});
