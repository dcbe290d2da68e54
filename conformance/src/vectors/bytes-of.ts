import type { BytesPart } from "./vector.js";

/** The bytes that parts stand for, joined. */
export function bytesOf(parts: readonly BytesPart[]): Uint8Array {
  return Buffer.concat(parts.map(one));
}

function one(part: BytesPart): Uint8Array {
  if ("text" in part) return Buffer.from(part.text, "utf8");
  if ("hex" in part) return Buffer.from(part.hex, "hex");
  const unit = one(part.of);
  return Buffer.concat(Array.from({ length: part.repeat }, () => unit));
}
