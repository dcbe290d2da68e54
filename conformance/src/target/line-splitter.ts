import { LF } from "@sandpipe/spec/v1";

/** Lines of bytes, cut at 0x0A only: U+2028 and CR are ordinary content. */
export interface LineSplitter {
  /** Whole lines, without their LF. */
  push(chunk: Uint8Array): string[];
  /** Bytes of the line that has no end yet. */
  readonly pending: number;
  /** What came after the last LF. */
  rest(): string;
}

/** Creates a push splitter of UTF-8 lines. */
export function createLineSplitter(): LineSplitter {
  let held: Uint8Array[] = [];
  let pending = 0;
  return {
    get pending() {
      return pending;
    },
    rest: () => Buffer.concat(held).toString("utf8"),
    push(chunk) {
      const lines: string[] = [];
      let from = 0;
      for (;;) {
        const end = chunk.indexOf(LF, from);
        if (end < 0) break;
        held.push(chunk.subarray(from, end));
        lines.push(Buffer.concat(held).toString("utf8"));
        held = [];
        pending = 0;
        from = end + 1;
      }
      if (from < chunk.length) {
        held.push(Buffer.from(chunk.subarray(from)));
        pending += chunk.length - from;
      }
      return lines;
    },
  };
}
