import { writeSync } from "node:fs";

/** Writes whole frames to one descriptor, in order, many to a write. */
export interface FrameWriter {
  /** Queues one whole frame or line; it is written with all others of this turn. */
  write(text: string): void;
  /** Queues bytes that are no text. */
  writeBytes(bytes: Uint8Array): void;
  /** Writes all that is queued before it returns, for at most `maxMs` while the other side reads nothing. */
  flushSync(maxMs: number): void;
  /** From here on each frame is written before `write` returns: nothing runs later that could. */
  setSynchronous(maxMs: number): void;
}

/** What a writer needs from its surroundings. */
export interface WriterParts {
  readonly descriptor: number;
  /** Called once, when the other side has gone. */
  readonly onBroken: (error: Error) => void;
}

/** Above this the sender waits for the pipe rather than hold more: a print loop must not grow without end. */
const MAX_QUEUED_CHARS = 8 * 1024 * 1024;
/** A sender that never yields still sees its frames leave. */
const EARLY_FLUSH_CHARS = 64 * 1024;
const RETRY_MS = 1;

/** Creates a writer; short writes and EAGAIN are handled, frames of one microtask turn share a write. */
export function createFrameWriter({ descriptor, onBroken }: WriterParts): FrameWriter {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let text = "";
  /** What the pipe did not take yet: goes before `text`, so that frames stay whole (`frame:emit:never-interleaved`). */
  let rest: Uint8Array = new Uint8Array();
  let scheduled = false;
  let synchronous: number | undefined;
  let broken = false;

  /** One attempt; true when nothing is left. */
  const push = (): boolean => {
    for (;;) {
      if (rest.length === 0) {
        if (text === "") return true;
        rest = Buffer.from(text, "utf8");
        text = "";
      }
      try {
        // `output:capture:patched`
        const written = writeSync(descriptor, rest);
        rest = rest.subarray(written);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EINTR") continue;
        if (code === "EAGAIN" || code === "EWOULDBLOCK") return false;
        breakOff(error as Error);
        return true;
      }
    }
  };

  const breakOff = (error: Error): void => {
    broken = true;
    text = "";
    rest = new Uint8Array();
    onBroken(error);
  };

  const flush = (): void => {
    scheduled = false;
    if (!push()) retry();
  };

  /** The pipe is full: the loop stays free to read, which may be what the other side waits for. */
  const retry = (): void => {
    scheduled = true;
    setTimeout(flush, RETRY_MS);
  };

  const flushSync = (maxMs: number): void => {
    let left = maxMs;
    let before = rest.length;
    while (!push() && left > 0) {
      // Only a reader that takes nothing at all uses up the time.
      left = rest.length < before ? maxMs : left - RETRY_MS;
      before = rest.length;
      Atomics.wait(pause, 0, 0, RETRY_MS);
    }
  };

  const add = (frame: string): void => {
    if (broken) return;
    text += frame;
    if (synchronous !== undefined) flushSync(synchronous);
    else if (text.length > MAX_QUEUED_CHARS) flushSync(Infinity);
    else if (text.length > EARLY_FLUSH_CHARS && rest.length === 0) push();
    if (scheduled || synchronous !== undefined) return;
    scheduled = true;
    // `frame:emit:coalesced`
    queueMicrotask(flush);
  };

  return {
    write: add,
    writeBytes(bytes) {
      if (broken) return;
      rest = Buffer.concat([rest, Buffer.from(text), bytes]);
      text = "";
      if (rest.length > MAX_QUEUED_CHARS) flushSync(Infinity);
      add("");
    },
    flushSync,
    setSynchronous(maxMs) {
      synchronous = maxMs;
    },
  };
}
