import * as fc from "fast-check";
import { MAX_NAME_CODE_POINTS, type Id } from "@sandpipe/spec/v1";
import { text } from "./text.js";

/** Ids that number parsers, text keys and narrow integers confuse. */
const AWKWARD: readonly Id[] = [
  "8799aaa9-7ba9",
  8799,
  "8799",
  "1e3",
  1000,
  "007",
  7,
  "1",
  1,
  0,
  "0",
  -1,
  "-1",
  "\u0031\u0000",
  "1\u0000",
  "true",
  "null",
  "__proto__",
  "constructor",
  "toString",
  " ",
  "é",
  "😀",
  2 ** 31,
  2 ** 32 + 1,
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  "9007199254740993",
];

/** Every kind of valid id. Those of the kit's own steps are left out. */
export const id: fc.Arbitrary<Id> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...AWKWARD) },
  { weight: 2, arbitrary: fc.nat(1_000) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 1, arbitrary: text.filter(isIdText) },
  { weight: 1, arbitrary: fc.constantFrom("a".repeat(128), "😀".repeat(128)) },
);

/** Ids of version 0. */
export const textId: fc.Arbitrary<string> = id.filter((one) => typeof one === "string");

/** That many ids, no two the same by type and value. */
export function distinctIds(min: number, max: number): fc.Arbitrary<Id[]> {
  return fc.uniqueArray(id, {
    minLength: min,
    maxLength: max,
    selector: (value) => `${typeof value} ${value}`,
  });
}

function isIdText(value: string): boolean {
  const points = Array.from(value).length;
  const ours = value === "open" || value === "end" || /^(barrier-|k:)/u.test(value);
  return points > 0 && points <= MAX_NAME_CODE_POINTS && !ours;
}

/** Ids against the rules, as JSON text: null, empty, too long, fractional, too large, no string or number. */
export const BAD_IDS: readonly string[] = [
  "null",
  '""',
  JSON.stringify("a".repeat(129)),
  JSON.stringify("é".repeat(200)),
  "1.5",
  "0.1",
  "9007199254740993",
  "-9007199254740993",
  "1e17",
  "true",
  "false",
  "[]",
  "{}",
  '["1"]',
];

/** One of them. */
export const badId: fc.Arbitrary<string> = fc.constantFrom(...BAD_IDS);
