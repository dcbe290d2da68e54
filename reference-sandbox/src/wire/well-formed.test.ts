import { assert, jsonValue, object, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeeperThan } from "./depth.js";
import { toWellFormedJson } from "./well-formed.js";

const seed = process.env["SANDPIPE_TEST_SEED"];
const parameters = seed === undefined ? {} : { seed: Number(seed) };

describe("well-formed JSON", () => {
  test("is what JSON.stringify writes of a value without lone surrogates", () => {
    assert(
      property(jsonValue(), (value) => {
        expect(toWellFormedJson(value)).toBe(JSON.stringify(value));
      }),
      parameters,
    );
  });

  test("holds no lone surrogate and no name twice, and changes nothing else", () => {
    const key = string({ unit: "binary" });
    assert(
      property(object({ key, values: [key] }), (value) => {
        const text = toWellFormedJson(value) as string;
        expect(text).not.toMatch(/(?<!\\)(?:\\\\)*\\ud[89a-f]/);
        const repair = (part: unknown): unknown =>
          typeof part === "string"
            ? part.toWellFormed()
            : Array.isArray(part)
              ? part.map(repair)
              : part !== null && typeof part === "object"
                ? Object.fromEntries(
                    Object.entries(part).map(([name, child]) => [name.toWellFormed(), repair(child)]),
                  )
                : part;
        expect(JSON.parse(text)).toEqual(repair(JSON.parse(JSON.stringify(value))));
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
      parameters,
    );
  });

  test.each([
    ["a pair", "\ud83d\ude00", '"\ud83d\ude00"'],
    ["a lone half", "\ud83d!", '"\ufffd!"'],
    ["an escaped backslash before what looks like one", "\\ud800", '"\\\\ud800"'],
    ["both", "\\\ud800", '"\\\\\ufffd"'],
  ])("keeps or repairs %s", (_, value, text) => expect(toWellFormedJson(value)).toBe(text));
});

describe("depth", () => {
  const depthOf = (value: unknown): number =>
    value !== null && typeof value === "object" ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

  test("counts nesting, not brackets in strings", () => {
    assert(
      property(jsonValue({ maxDepth: 8 }), string(), (value, text) => {
        const json = JSON.stringify([value, { [text]: `${text}[[{"\\` }]);
        const depth = depthOf(JSON.parse(json));
        // Long enough that the short cut is not taken.
        const padded = JSON.stringify(["[".repeat(200), JSON.parse(json)]);
        expect(isDeeperThan(padded, depth + 1)).toBe(false);
        expect(isDeeperThan(padded, depth)).toBe(true);
      }),
      parameters,
    );
  });

  test("is exact at the boundary of a text of brackets only", () => {
    for (const depth of [1, 2, 32, 64]) {
      const text = "[".repeat(depth) + "]".repeat(depth);
      expect([isDeeperThan(text, depth), isDeeperThan(text, depth - 1)]).toEqual([false, true]);
    }
  });
});
