import { sameValue } from "../wire/equal.js";

/**
 * Whether a value is what a vector expects: the same value, or what one of the wildcards says. `{"$any": true}` is
 * any value that is there; `{"$has": {…}}` an object with at least these members; `{"$unordered": […]}` an array
 * with exactly these entries in any order.
 */
export function matches(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return sameValue(expected, actual);
  if ("$any" in expected) return actual !== undefined;
  if ("$has" in expected) return hasMembers(expected.$has as object, actual);
  if ("$unordered" in expected) return sameEntries(expected.$unordered as unknown[], actual);
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((value, index) => matches(value, actual[index]))
    );
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
  const left = [...(actual as unknown[])];
  return expected.every((value) => {
    const index = left.findIndex((one) => matches(value, one));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}
