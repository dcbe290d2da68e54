import { describe, expect, test } from "vitest";
import { readFrame } from "./read-frame.js";

const read = (value: unknown, maxDepth = 32) =>
  readFrame(typeof value === "string" ? value : JSON.stringify(value), maxDepth);
const request = (more: object): unknown => ({ jsonrpc: "2.0", id: 1, method: "m", ...more });

describe("records that are no frame", () => {
  test.each([
    "null",
    "42",
    '"x"',
    "[]",
    "",
    "{",
    '{"jsonrpc":"2.0","method":"m","params":{"x":NaN}}',
    "\ufeff{}",
  ])("%j is no JSON object", (text) => expect(read(text)).toEqual({ kind: "not-json" }));

  test("an object without jsonrpc is none, whatever else it has", () => {
    expect(read({ id: 1, method: "m" })).toEqual({ kind: "no-jsonrpc" });
    expect(read('{"__proto__":{"jsonrpc":"2.0"},"method":"m"}')).toEqual({ kind: "no-jsonrpc" });
  });
});

describe("depth (R11)", () => {
  const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

  test("exactly maxDepth is read, one more is too deep, the frame's own object being 1", () => {
    expect(read(`{"jsonrpc":"2.0","id":1,"method":"m","x":${nested(31)}}`)).toMatchObject({
      kind: "request",
    });
    expect(read(`{"jsonrpc":"2.0","id":1,"method":"m","x":${nested(32)}}`)).toEqual({ kind: "too-deep" });
    expect(read(nested(33))).toEqual({ kind: "too-deep" });
  });

  test("brackets in strings don't count, whatever is escaped there", () => {
    expect(read(request({ params: { s: '\\"[{'.repeat(200) } }))).toMatchObject({ kind: "request" });
    expect(read(request({ params: { s: "\\", t: "[".repeat(200) } }))).toMatchObject({ kind: "request" });
  });

  test("a million open brackets overflow nothing", () => {
    expect(read(`{"jsonrpc":"2.0","x":${"[".repeat(1_000_000)}`)).toEqual({ kind: "too-deep" });
  });
});

describe("envelopes (R07, R08)", () => {
  test.each([
    [request({ jsonrpc: "1.0" }), 1],
    [{ jsonrpc: "1.0", id: 3, method: "conformance.echo" }, 3],
    [{ jsonrpc: "2.0", id: "a", method: 7 }, "a"],
    [{ jsonrpc: "2.0", id: {}, method: "x" }, undefined],
    [request({ id: null }), undefined],
    [request({ id: "" }), undefined],
    [request({ id: 1.5 }), undefined],
    [request({ id: 2 ** 53 }), undefined],
    [request({ id: "😀".repeat(129) }), undefined],
    [request({ method: "m".repeat(129) }), 1],
    [request({ params: [] }), 1],
    [request({ params: null }), 1],
  ])("%j is invalid under id %j", (frame, id) => {
    expect(read(frame)).toMatchObject({ kind: "invalid", id });
  });

  test.each(["😀".repeat(128), "8799", 8799, 0, -(2 ** 53 - 1), "\u0001\u0000", " "])("%j is an id", (id) => {
    expect(read(request({ id }))).toMatchObject({ kind: "request", id });
  });

  test("absent params are an empty object, and _meta is taken out", () => {
    expect(read(request({}))).toMatchObject({ params: {} });
    expect(read(request({ params: { _meta: 7, a: 1 } }))).toEqual({
      kind: "request",
      id: 1,
      method: "m",
      params: { a: 1 },
    });
  });

  test("unknown members, also __proto__, change nothing", () => {
    const text =
      '{"traceparent":"00","__proto__":{"id":9},"jsonrpc":"2.0","method":"m","params":{"__proto__":{"x":1}}}';
    const reading = read(text);
    expect(reading).toMatchObject({ kind: "notification", method: "m" });
    expect(Object.getPrototypeOf("params" in reading ? reading.params : undefined)).toBe(Object.prototype);
  });

  test("one CR at the end is dropped", () => {
    expect(read(`${JSON.stringify(request({}))}\r`)).toMatchObject({ kind: "request" });
  });

  test("what has no method is an answer", () => {
    expect(read({ jsonrpc: "2.0", id: 1, result: 1 })).toEqual({ kind: "answer" });
  });
});
