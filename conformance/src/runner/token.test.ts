import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seedOf } from "./seed.js";
import { makeCase, shrinkCase } from "./shrink.js";
import { formatToken, parseToken } from "./token.js";

describe("a replay token", () => {
  test("is one word without quotes, and is read back whole", () => {
    const paths = fc.array(fc.nat(200), { minLength: 1, maxLength: 60 }).map((steps) => steps.join(":"));
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.boolean(), paths, (seed, index, whole, path) => {
        const token = { kit: "0.1.0", protocol: 1 as const, check: "call:id:x", seed, index, whole, path };
        const text = formatToken(token);
        expect(text).toMatch(/^[\w:./-]+$/);
        expect(parseToken(text)).toEqual(token);
      }),
    );
  });

  test("says repeated steps of a path once", () => {
    const about = { kit: "0.1.0", protocol: 1 as const, check: "call:id:echo-type", seed: 7, index: 3 };
    const token = { ...about, path: "0:0:0:2:2:1", whole: false };
    expect(formatToken(token)).toBe("0.1.0/call:id:echo-type/7/3/0x3:2x2:1");
    expect(formatToken({ ...token, whole: true })).toBe("0.1.0/call:id:echo-type/7/w3/0x3:2x2:1");
  });

  test.each([
    "",
    "x",
    "0.1.0/call/7/3/0",
    "0.1.0/call:id:x/7/3",
    "0.1.0/call:id:x/7/3/0:x",
    "./some/file.json",
  ])("is not %j", (text) => expect(parseToken(text)).toBeUndefined());

  // R54
  test("makes the smallest case again that shrinking found", async () => {
    const given = fc.array(fc.record({ n: fc.integer(), s: fc.string() }), { maxLength: 20 });
    for (const index of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const seed = seedOf(9, "call:id:x", index);
      const fails = (value: unknown): boolean => (value as { n: number }[]).some(({ n }) => n > 100);
      if (!fails(makeCase(given, seed))) continue;
      const budget = { budgetMs: 60_000, width: 4, now: () => 0 };
      const shrunk = await shrinkCase(given, seed, budget, async (value) => fails(value));
      expect(shrunk).toMatchObject({ given: [{ n: 101, s: "" }], minimal: true });
      expect(makeCase(given, seed, shrunk.path)).toEqual(shrunk.given);
    }
  });

  // R54
  test("stands for cases that are the same on every machine", () => {
    expect(seedOf(42, "call:id:echo-type", 3)).toBe(seedOf(42, "call:id:echo-type", 3));
    expect(seedOf(42, "call:id:echo-type", 3)).toMatchInlineSnapshot(`-1322419522`);
    expect(makeCase(fc.integer(), seedOf(42, "call:id:echo-type", 3))).toMatchInlineSnapshot(`1152335144`);
  });
});
