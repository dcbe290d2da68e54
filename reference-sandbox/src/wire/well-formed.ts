/**
 * JSON text of a value with no lone surrogate, in names or values (`frame:emit:well-formed`). `JSON.stringify`
 * escapes exactly the lone ones, so only a text with such an escape costs a second look.
 * Undefined for what JSON leaves out; throws what `JSON.stringify` throws (a cycle, a BigInt, a throwing `toJSON`).
 */
export function toWellFormedJson(value: unknown): string | undefined {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined || !text.includes("\\ud")) return text;
  let changed = false;
  const repaired = text.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (escape) => {
    if (escape === "\\\\") return escape;
    changed = true;
    return "\ufffd";
  });
  // Two names may have become one: I-JSON allows no duplicates.
  return changed ? JSON.stringify(JSON.parse(repaired)) : text;
}
