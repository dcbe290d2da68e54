import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter } from "./line-splitter.js";

describe("line splitter", () => {
  test("a line ends at LF only, not at U+2028 or CR", () => {
    expect(createLineSplitter(100)(Buffer.from("a\u2028b\rc\nd\n"))).toEqual([
      { kind: "line", text: "a\u2028b\rc" },
      { kind: "line", text: "d" },
    ]);
  });

  test("lines are the same however they are cut", () => {
    const seed = process.env["SANDPIPE_TEST_SEED"];
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\n"))),
        (lines) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          const split = createLineSplitter(1_000);
          const events = [...bytes].flatMap((byte) => split(Buffer.of(byte)));
          expect(events).toEqual(lines.map((text) => ({ kind: "line", text })));
        },
      ),
      seed === undefined ? {} : { seed: Number(seed) },
    );
  });

  test("a line beyond the limit, or no UTF-8, costs only itself", () => {
    const split = createLineSplitter(4);
    const events = [...split(Buffer.from("12345")), ...split(Buffer.from("6\n\xff\nok\n", "latin1"))];
    expect(events.map(({ kind }) => kind)).toEqual(["bad", "bad", "line"]);
  });
});
