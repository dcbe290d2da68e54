import { MAX_NAME_CODE_POINTS } from "@sandpipe/spec/v1";
import type { Id } from "@sandpipe/spec/v1";

/** Whether a text is at most 128 code points long. */
function isShort(text: string): boolean {
  if (text.length <= MAX_NAME_CODE_POINTS) return true;
  if (text.length > 2 * MAX_NAME_CODE_POINTS) return false;
  let count = 0;
  for (const _ of text) count++;
  return count <= MAX_NAME_CODE_POINTS;
}

/** Whether a value may name a call (`call:id:invalid-refused`). */
export function isId(value: unknown): value is Id {
  return typeof value === "string" ? value !== "" && isShort(value) : Number.isSafeInteger(value);
}

/** Whether a value may name a method (`method:name:too-long`). */
export function isMethodName(value: unknown): value is string {
  return typeof value === "string" && isShort(value);
}
