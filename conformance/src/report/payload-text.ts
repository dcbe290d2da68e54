import type { TranscriptEvent } from "../target/transcript.js";
import { WRITE_MARK } from "@sandpipe/viewer";
import { bytesText, headOf, shorten, tailOf, visible } from "./visible.js";

const HEAD_CHARACTERS = 160;
const TAIL_CHARACTERS = 50;

/** An event's payload in one line: control characters visible, separate writes told apart, long ones shortened. */
export function payloadText(event: TranscriptEvent, characters: number): string {
  const { text, size, cut, writes = [] } = event;
  const head = cut === undefined ? text : text.slice(0, cut);
  const known = cut === undefined ? Buffer.byteLength(head) === size : true;
  const shown = writes.length > 0 && known ? markWrites(head, writes) : visible(head);
  if (cut === undefined) return shorten(shown, characters, size);
  const tail = visible(tailOf(text.slice(cut), TAIL_CHARACTERS));
  return `${headOf(shown, HEAD_CHARACTERS)} … ${bytesText(size)} … ${tail}`;
}

/** The text with a mark at each offset; of a character that is cut in two the bytes are shown. */
export function markWrites(text: string, offsets: readonly number[]): string {
  const bytes = Buffer.from(text, "utf8");
  const inside = [...new Set(offsets)]
    .filter((offset) => offset >= 0 && offset < bytes.length)
    .sort((a, b) => a - b);
  const starts = inside[0] === 0 ? inside : [0, ...inside];
  const pieces = starts.map((start, index) => pieceText(bytes.subarray(start, starts[index + 1])));
  return (inside[0] === 0 ? WRITE_MARK : "") + pieces.join(WRITE_MARK);
}

function pieceText(bytes: Buffer): string {
  let from = 0;
  while (from < bytes.length && isContinuation(bytes[from])) from++;
  let to = bytes.length;
  for (let at = bytes.length - 1; at >= from && at >= bytes.length - 3; at--) {
    if (isContinuation(bytes[at])) continue;
    if (at + sequenceLength(bytes[at]) > bytes.length) to = at;
    break;
  }
  return (
    hex(bytes.subarray(0, from)) +
    visible(bytes.subarray(from, to).toString("utf8")) +
    hex(bytes.subarray(to))
  );
}

const isContinuation = (byte = 0): boolean => (byte & 0xc0) === 0x80;

const sequenceLength = (byte = 0): number => (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1);

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\x${byte.toString(16).toUpperCase()}`).join("");
