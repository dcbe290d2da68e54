/** Bytes that a person wrote, or what is wrong with them and where. */
export type Written = { readonly bytes: Uint8Array } | { readonly problem: string };

/** How bytes are written. */
export type Notation = "text" | "base64" | "hex";

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|([nrt\\0]))|\\/gu;
const SHORT: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, "\\": 0x5c, "0": 0 };

/**
 * Reads bytes from text with visible escapes, base64 or hex. In text `\x1e` is one byte of any value, `\u{1F600}` a
 * character, `\n \r \t \0 \\` what they are everywhere; a line's end is LF, and the pictures ␞ ␊ ␍ are what they show.
 */
export function readWritten(text: string, notation: Notation): Written {
  if (notation === "text") return readText(text);
  const bare = text.replace(/\s+/g, "");
  if (notation === "hex") {
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(bare)) return { problem: "hex is pairs of 0–9 and a–f" };
    return { bytes: Uint8Array.from(bare.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) };
  }
  try {
    return { bytes: Uint8Array.from(atob(bare), (character) => character.charCodeAt(0)) };
  } catch {
    return { problem: "this is no base64: A–Z, a–z, 0–9, + and /, filled up with =" };
  }
}

function readText(text: string): Written {
  const pieces: number[] = [];
  const encode = new TextEncoder();
  let from = 0;
  const take = (plain: string): void => {
    const bare = plain.replace(/[\u2400-\u241f\u2421]/gu, (picture) =>
      picture === "␡" ? "\u007f" : String.fromCharCode(picture.charCodeAt(0) - 0x2400),
    );
    for (const byte of encode.encode(bare)) pieces.push(byte);
  };
  for (const match of text.matchAll(ESCAPE)) {
    take(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [, hex, point, short] = match;
    if (hex !== undefined) pieces.push(Number.parseInt(hex, 16));
    else if (point !== undefined) {
      const value = Number.parseInt(point, 16);
      if (value > 0x10ffff) return { problem: `\\u{${point}} is beyond the last character, \\u{10FFFF}` };
      take(String.fromCodePoint(value));
    } else if (short !== undefined) pieces.push(SHORT[short] ?? 0);
    else
      return {
        problem: `a backslash stands before x.., u{..}, n, r, t, 0 or \\, not at character ${match.index + 1}`,
      };
  }
  take(text.slice(from));
  return { bytes: Uint8Array.from(pieces) };
}

/** Writes bytes so that {@link readWritten} reads just them again. */
export function writeBytes(bytes: Uint8Array, notation: Notation): string {
  if (notation === "hex") return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (notation === "base64") return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return charactersOf(bytes)
    .map(({ character, from, to }) =>
      character === undefined ? escaped(bytes.subarray(from, to)) : written(character),
    )
    .join("");
}

/** A character of a stream of bytes, or a byte that is part of none. */
export interface Place {
  readonly from: number;
  readonly to: number;
  /** Absent where the bytes are no UTF-8. */
  readonly character?: string;
}

/** Bytes as characters in their places; of what is no UTF-8 each byte stands alone. */
export function charactersOf(bytes: Uint8Array): readonly Place[] {
  const decode = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const places: Place[] = [];
  for (let from = 0; from < bytes.length;) {
    const byte = bytes[from] ?? 0;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    const to = Math.min(from + length, bytes.length);
    try {
      places.push({ from, to, character: decode.decode(bytes.subarray(from, to)) });
      from = to;
    } catch {
      places.push({ from, to: from + 1 });
      from++;
    }
  }
  return places;
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\\") return "\\\\";
  if (character === "\n") return "\\n";
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return escaped(new TextEncoder().encode(character));
  // Invisible, or a picture that would be read as what it shows.
  if (/[\u2028\u2029\ufeff\u2400-\u2421]/u.test(character)) return `\\u{${code.toString(16)}}`;
  return character;
}

const escaped = (bytes: Uint8Array): string =>
  [...bytes]
    .map((byte) =>
      byte === 0x0d ? "\\r" : byte === 0x09 ? "\\t" : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
