import { LF } from "@sandpipe/spec/v1";

/** One line, or the fact that one was too long or no UTF-8. */
export type LineEvent =
  { readonly kind: "line"; readonly text: string } | { readonly kind: "bad"; readonly reason: string };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Creates a push splitter of lines that end at byte 0x0A only; a line beyond `limit` bytes is skipped. */
export function createLineSplitter(limit: number): (chunk: Buffer) => LineEvent[] {
  let held: Buffer[] = [];
  let size = 0;

  const take = (piece: Buffer): void => {
    size += piece.length;
    if (size > limit) held = [];
    else held.push(piece);
  };

  const finish = (): LineEvent => {
    const bytes = Buffer.concat(held);
    const tooLong = size > limit;
    held = [];
    size = 0;
    if (tooLong) return { kind: "bad", reason: `a line has at most ${limit} bytes` };
    try {
      return { kind: "line", text: utf8.decode(bytes) };
    } catch {
      return { kind: "bad", reason: "a line must be UTF-8" };
    }
  };

  return (chunk) => {
    const events: LineEvent[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      take(chunk.subarray(from, end));
      events.push(finish());
      from = end + 1;
    }
    take(chunk.subarray(from));
    return events;
  };
}
