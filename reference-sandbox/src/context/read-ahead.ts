import type { FilesReadResult } from "@sandpipe/spec/v1";

/** Reads one range as base64; `length` absent: as much as fits one frame. */
export type ReadBytes = (offset: number, length?: number) => Promise<FilesReadResult>;

/** Ranges that are asked for before they are wanted. */
const AHEAD = 4;

/**
 * The bytes of a file from `offset` on, at most `length` of them, in pieces of one frame each. A few ranges are under
 * way while the consumer works on one, and no more: the memory is theirs, whatever the file's size.
 */
export async function* readAhead(
  read: ReadBytes,
  offset: number,
  length: number | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (length === 0) return;
  const first = await read(offset, length);
  const end = length === undefined ? first.size : Math.min(first.size, offset + length);
  yield toBytes(first);
  const step = stepAfter(first);
  if (step === 0) return;
  let next = offset + first.length;
  const underWay: Promise<Uint8Array>[] = [];
  const askOn = (): void => {
    while (underWay.length < AHEAD && next < end) {
      const part = readRange(read, next, Math.min(end, next + step));
      // Whoever stops early leaves these unheard.
      part.catch(() => undefined);
      underWay.push(part);
      next += step;
    }
  };
  for (askOn(); underWay.length > 0; askOn()) yield await (underWay.shift() as Promise<Uint8Array>);
}

/** Of an answer's frame, in bytes of the file: its id and its numbers grow by some digits in the course of a file. */
const ROOM_TO_GROW = 64;

/** What may be asked for at once, now that one answer has shown what a frame holds: one byte more would be refused. */
export function stepAfter({ length }: FilesReadResult): number {
  return length > 16 * ROOM_TO_GROW ? length - ROOM_TO_GROW : length;
}

/** A host may answer with less than was asked for. */
async function readRange(read: ReadBytes, from: number, until: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = from; at < until;) {
    const part = await read(at, until - at);
    if (part.length === 0) break;
    parts.push(toBytes(part));
    at += part.length;
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

function toBytes({ content }: FilesReadResult): Uint8Array {
  return Buffer.from(content, "base64");
}
