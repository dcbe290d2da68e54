const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes of a character at most. */
export const MAX_CHARACTER_BYTES = 4;

/** Whether the byte continues a character, so that none can begin with it. */
export function continuesCharacter(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/**
 * How many of the first `wanted` bytes are whole characters; all of the first character where that would be none
 * (`data:read:whole-characters`). The bytes begin with a character, and go on behind the wanted ones for as long as one
 * more character may be, unless the file ends before.
 */
export function wholeCharacters(bytes: Uint8Array, wanted: number): number {
  if (wanted >= bytes.byteLength) return bytes.byteLength;
  let start = wanted;
  while (start > 0 && continuesCharacter(bytes[start] ?? 0)) start -= 1;
  if (start > 0 || wanted === 0) return start;
  let end = 1;
  while (end < bytes.byteLength && end < MAX_CHARACTER_BYTES && continuesCharacter(bytes[end] ?? 0)) end += 1;
  return end;
}

/** The text of these bytes, a byte order mark kept; undefined when they are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** How many of the first bytes take no more than `budget` bytes inside a JSON string, as JSON.stringify writes it. */
export function bytesWithinJson(bytes: Uint8Array, budget: number): number {
  // Six bytes is the longest escape: a text that fits even so needs no count.
  if (bytes.byteLength * 6 <= budget) return bytes.byteLength;
  let left = budget;
  let at = 0;
  for (; at < bytes.byteLength; at += 1) {
    left -= escapedSize(bytes[at] as number);
    if (left < 0) break;
  }
  return at;
}

function escapedSize(byte: number): number {
  if (byte > 0x1f) return byte === 0x22 || byte === 0x5c ? 2 : 1;
  // \b \t \n \f \r have a short form.
  return byte === 0x0b || byte < 0x08 || byte > 0x0d ? 6 : 2;
}
