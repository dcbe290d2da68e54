import { joinBytes } from "../wire/join-bytes.js";
import type { BytesPart } from "./vector.js";

/** The bytes that parts stand for, joined. */
export function bytesOf(parts: readonly BytesPart[]): Uint8Array {
  return joinBytes(parts.map(one));
}

function one(part: BytesPart): Uint8Array {
  if ("text" in part) return new TextEncoder().encode(part.text);
  if ("hex" in part) return Uint8Array.from(part.hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const unit = one(part.of);
  return joinBytes(Array.from({ length: part.repeat }, () => unit));
}
