import type { FilesReadParams, FilesReadResult } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import { badParams } from "./method.js";

/** Bytes of an envelope around a result, generously. */
const ENVELOPE_BYTES = 1_024;

/** One range of a file (`data:read:ranges`, `data:read:whole-characters`, `data:read:bad-range`). */
export function readRange(
  bytes: Buffer,
  params: FilesReadParams,
  maxFrameBytes: number,
  deviations: Deviations,
): FilesReadResult {
  const { encoding } = params;
  const size = bytes.length;
  if ((params.offset ?? 0) >= size && deviations.has("past-end-refused"))
    throw badParams("offset is past the end");
  let offset = Math.min(Math.max(params.offset ?? 0, 0), size);
  if (encoding === "utf8" && isInside(bytes, offset)) {
    if (!deviations.has("offset-inside-character-moved")) throw badParams("offset is inside a character");
    while (isInside(bytes, offset)) offset--;
  }
  let end = Math.min(offset + Math.max(params.length ?? size, 0), size);
  if (deviations.has("range-end-inclusive")) end = Math.min(end + 1, size);
  const cut = (): void => {
    if (encoding === "utf8" && !deviations.has("characters-cut"))
      end = wholeCharacters(bytes, offset, end, deviations);
  };
  cut();
  const content = (): string => textOf(bytes.subarray(offset, end), encoding, deviations);
  if (params.length === undefined && !deviations.has("unbounded-read")) {
    const room = maxFrameBytes - ENVELOPE_BYTES;
    for (let cost = costOf(content()); cost > room && end > offset; cost = costOf(content())) {
      end = offset + Math.floor(((end - offset) * room) / cost);
      cut();
    }
  }
  const eof = end >= size && !deviations.has("eof-always-false");
  return { content: content(), encoding, offset, length: end - offset, size, eof };
}

/** No replacement characters: bytes that are no UTF-8 are refused (`data:read:not-utf8`). */
function textOf(bytes: Buffer, encoding: "utf8" | "base64", deviations: Deviations): string {
  const text = bytes.toString(encoding);
  // Half a character is another fault's.
  const kept = deviations.has("characters-cut") || deviations.has("bytes-replaced");
  if (encoding === "base64" || kept || Buffer.from(text).equals(bytes)) return text;
  throw badParams(
    deviations.has("not-utf8-unexplained")
      ? "the range can't be read"
      : "the range is no UTF-8: read it as base64",
  );
}

/** Shortens a range to whole characters, but holds at least one where it isn't empty by itself. */
function wholeCharacters(bytes: Buffer, offset: number, end: number, deviations: Deviations): number {
  let whole = end;
  while (whole > offset && isInside(bytes, whole)) whole--;
  if (whole > offset || end === offset || deviations.has("narrow-range-empty")) return whole;
  whole = offset + 1;
  while (isInside(bytes, whole)) whole++;
  return whole;
}

function isInside(bytes: Buffer, offset: number): boolean {
  return offset < bytes.length && ((bytes[offset] ?? 0) & 0xc0) === 0x80;
}

function costOf(content: string): number {
  return Buffer.byteLength(JSON.stringify(content));
}
