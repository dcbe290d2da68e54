import { isDeepStrictEqual } from "node:util";

/** Whether a value is what a vector expects, with the wildcards of conformance/vectors/README.md. */
export function matches(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== "object" || expected === null)
    return isDeepStrictEqual(plain(expected), plain(actual));
  if ("$any" in expected) return actual !== undefined;
  if ("$text" in expected) return typeof actual === "string";
  if ("$has" in expected) return hasMembers(expected.$has as object, actual);
  if ("$unordered" in expected) return sameEntries(expected.$unordered as unknown[], actual);
  if (Array.isArray(expected)) {
    const same = Array.isArray(actual) && actual.length === expected.length;
    return same && expected.every((value, at) => matches(value, actual[at]));
  }
  return (
    hasMembers(expected, actual) && Object.keys(actual as object).every((key) => Object.hasOwn(expected, key))
  );
}

/** Whether a value is an object with at least these members. */
export function hasMembers(expected: object, actual: unknown): boolean {
  if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return false;
  return Object.entries(expected).every(
    ([key, value]) => Object.hasOwn(actual, key) && matches(value, (actual as Record<string, unknown>)[key]),
  );
}

function sameEntries(expected: readonly unknown[], actual: unknown): boolean {
  if (!Array.isArray(actual) || actual.length !== expected.length) return false;
  const left: unknown[] = [...(actual as unknown[])];
  return expected.every((value) => {
    const at = left.findIndex((one) => matches(value, one));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** −0 is 0 on the wire. */
function plain(value: unknown): unknown {
  return value === 0 ? 0 : value;
}
