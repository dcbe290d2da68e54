/**
 * Whether two JSON values are the same on the wire: numbers as binary64 with −0 = 0, members in any order.
 * What is absent on one side and undefined on the other is the same.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) {
    const x = Object.hasOwn(left, name) ? left[name] : undefined;
    const y = Object.hasOwn(right, name) ? right[name] : undefined;
    if (!sameValue(x, y)) return false;
  }
  return true;
}
