import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mostOf } from "./most-of.js";

const VALUES = ["a", "b", "c", "d", "e", "f", "g"];
const seed = Number(process.env["SANDPIPE_TEST_SEED"] ?? Date.now() % 1_000_000);

test("has each value once at most, one at least, and all of them more often than not", () => {
  const cases = fc.sample(mostOf(VALUES), { seed, numRuns: 400 });
  for (const some of cases) {
    expect(some.length, `seed ${seed}`).toBeGreaterThan(0);
    expect(new Set(some).size, `seed ${seed}`).toBe(some.length);
    expect(VALUES, `seed ${seed}`).toEqual(expect.arrayContaining(some));
  }
  expect(cases.filter((some) => some.length === VALUES.length).length, `seed ${seed}`).toBeGreaterThan(200);
  expect(new Set(cases.map(String)).size, `seed ${seed}`).toBeGreaterThan(100);
});

test.each(VALUES)("shrinks to the one value that fails: %s", (wrong) => {
  const { counterexample } = fc.check(
    fc.property(mostOf(VALUES), (some) => !some.includes(wrong)),
    { seed, numRuns: 200 },
  );
  expect(counterexample, `seed ${seed}`).toEqual([[wrong]]);
});
