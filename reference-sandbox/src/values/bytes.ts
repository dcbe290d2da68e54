/** Bytes as base64. */
export function bytesForm(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
}

/** Bits of a BIT(length) value, sent as big-endian bytes, as text of that many digits. */
export function bitsForm(value: Uint8Array, length: number): string {
  const digits = Array.from(value, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return digits.slice(-length).padStart(length, "0");
}
