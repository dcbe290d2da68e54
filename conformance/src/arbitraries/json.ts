import * as fc from "fast-check";
import { text } from "./text.js";

/** Names that find something where they should not, and plain ones. */
const memberName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("a", "b", "key", "value", ""),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "id",
    "method",
    "jsonrpc",
    "error",
  ),
  text,
);

/**
 * What I-JSON asks senders to keep to (RFC 7493, 2.2): languages with integers of their own read `9007199254740992` as
 * one. From 1e21 on, a number is written with an exponent.
 */
function isInteroperable(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21;
}

/** Numbers that a double holds, and that careless code changes; integers within ±(2^53−1). */
const number: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.constantFrom(-0, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 2 ** 53 - 1, -(2 ** 53 - 1)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isInteroperable),
);

const leaf = fc.oneof(fc.constant(null), fc.boolean(), number, text);

/** Builds an object whose names are its own whatever they are: `__proto__` too. */
function objectOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .uniqueArray(fc.tuple(memberName, value), { maxLength: 4, selector: ([name]) => name })
    .map((members) => Object.fromEntries(members));
}

/** JSON values as they travel: unicode, escapes, numbers at the edges, `__proto__`, and some depth. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    objectOf(tie("value")),
  ),
})).value;

/** Parameters by name. `_meta` is left out: it is reserved. */
export const params: fc.Arbitrary<Record<string, unknown>> = objectOf(json);

/** A value so many levels deep. */
export function nested(levels: number, innermost: unknown = 0): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { v: value };
  return value;
}
