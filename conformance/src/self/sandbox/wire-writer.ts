import { writeSync } from "node:fs";
import type { Deviations } from "./deviations.js";

/** Writes whole pieces to one descriptor, in order. */
export interface WireWriter {
  write(piece: Uint8Array): void;
  /** Writes a piece past the queue, whatever is half written: only faults do. */
  force(piece: Uint8Array): void;
  /** Writes all that waits before it returns; gives up when the reader takes nothing for so long. */
  flush(patienceMs: number): void;
  /** Drops what waits. */
  drop(): void;
  readonly empty: boolean;
}

const RETRY_MS = 2;

/** Creates a writer on a non-blocking descriptor; `drained` is called when the last piece has gone, `block` around a write that a fault makes synchronous. */
export function createWireWriter(
  fd: number,
  deviations: Deviations,
  drained: () => void,
  block: (blocked: boolean) => void,
): WireWriter {
  let queue: Uint8Array[] = [];
  let timer: NodeJS.Timeout | undefined;
  let scheduled = false;
  /** Bytes of the first piece that have gone. */
  let begun = 0;

  /** Writes until the pipe is full; false then. A reader that has gone takes everything. */
  const attempt = (): boolean => {
    while (queue.length > 0) {
      const piece = queue[0] as Uint8Array;
      const slow = deviations.has("one-byte-writes");
      try {
        const sent = writeSync(fd, piece, 0, slow && begun < 64 ? 1 : piece.length);
        queue.shift();
        begun = sent < piece.length ? begun + sent : 0;
        if (sent < piece.length) {
          const rest = piece.subarray(sent);
          if (deviations.has("short-write-requeued")) queue.push(rest);
          else queue.unshift(rest);
        }
      } catch (error) {
        if ((error as { code?: string }).code === "EAGAIN") return false;
        queue = [];
      }
    }
    return true;
  };
  const wait = (): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  };
  const pump = (): void => {
    timer = undefined;
    scheduled = false;
    if (deviations.has("write-blocks-reading")) {
      block(true);
      while (!attempt()) wait();
      block(false);
    }
    if (attempt()) drained();
    else timer = setTimeout(pump, RETRY_MS);
  };
  const writer: WireWriter = {
    write(piece) {
      queue.push(piece);
      if (scheduled || timer !== undefined) return;
      scheduled = true;
      if (deviations.has("slow-frames")) timer = setTimeout(pump, 20);
      else queueMicrotask(pump);
    },
    force(piece) {
      for (let from = 0; from < piece.length;)
        try {
          from += writeSync(fd, piece, from);
        } catch (error) {
          if ((error as { code?: string }).code !== "EAGAIN") return;
          wait();
        }
    },
    flush(patienceMs) {
      let waited = 0;
      let left = queue.length;
      let head = queue[0];
      while (!attempt() && waited < patienceMs) {
        waited = queue.length === left && queue[0] === head ? waited + 1 : 0;
        left = queue.length;
        head = queue[0];
        wait();
      }
    },
    drop: () => {
      queue = [];
    },
    get empty() {
      return queue.length === 0;
    },
  };
  return writer;
}
