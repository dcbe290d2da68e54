import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  errorFrame,
  kindFrame,
  notificationFrame,
  quoted,
  successFrame,
  successOverhead,
} from "./write-frame.js";

const seed = process.env["SANDPIPE_TEST_SEED"];
const ids = fc.oneof(
  fc.maxSafeInteger(),
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom('"', "\\", "\u2028", "\ud800"),
);

test("an id comes back with its value and type, whatever is in it", () => {
  fc.assert(
    fc.property(ids, (id) => {
      expect(JSON.parse(successFrame(id, "null"))).toEqual({ jsonrpc: "2.0", id, result: null });
      expect(JSON.parse(errorFrame(id, 2_000, "m"))).toEqual({
        jsonrpc: "2.0",
        id,
        error: { code: 2_000, message: "m" },
      });
      expect(Buffer.byteLength(successFrame(id, '"é"'))).toBe(successOverhead(id) + 4);
    }),
    seed === undefined ? {} : { seed: Number(seed) },
  );
});

test("an error of Sandpipe's own carries its kind", () => {
  expect(JSON.parse(kindFrame(null, "duplicate_id", "m", { id: "a" }))).toEqual({
    jsonrpc: "2.0",
    id: null,
    error: { code: 1009, message: "m", data: { kind: "duplicate_id", id: "a" } },
  });
});

test("frames are one line of JSON", () => {
  for (const json of [
    successFrame("\n", '"\\n"'),
    errorFrame(1, 1, "\n", "\n"),
    notificationFrame("m", { a: "\n" }),
  ]) {
    expect(json).not.toContain("\n");
  }
});

test("what is quoted of a peer is short and well-formed, also where the cut falls into a character", () => {
  expect(quoted(`${"x".repeat(127)}😀`)).toBe(JSON.stringify(`${"x".repeat(127)}\ufffd…`));
});
