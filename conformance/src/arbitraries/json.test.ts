import * as fc from "fast-check";
import { expect, test } from "vitest";
import { json, params } from "./json.js";

/** The numbers of a JSON text, as they are written. */
function numbersIn(text: string): readonly string[] {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
}

test("payloads hold no integer beyond ±(2^53−1), however it is written, and fractions and exponents all the same", () => {
  const seen = { fractions: 0, exponents: 0 };
  fc.assert(
    fc.property(fc.oneof(json, params), (value) => {
      for (const number of numbersIn(JSON.stringify(value))) {
        if (/[.]/.test(number)) seen.fractions++;
        if (/[eE]/.test(number)) seen.exponents++;
        else expect(Number.isInteger(Number(number)) && !Number.isSafeInteger(Number(number))).toBe(false);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(seen.fractions).toBeGreaterThan(0);
  expect(seen.exponents).toBeGreaterThan(0);
});
