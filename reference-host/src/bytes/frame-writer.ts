import type { Writable } from "node:stream";
import { LF, RS } from "@sandpipe/spec/v1";
import { countBytes } from "./text-bytes.js";

/** Why a frame is sent: the answer of an accepted call (or a notification), or a refusal. Each has its own backlog. */
export type FrameClass = "response" | "refusal";

/** Writes frames to one pipe. */
export interface FrameWriter {
  /**
   * Sends one frame, given as its JSON text. True: it was handed to the pipe. False: it waits, and `handed` is
   * called once when it is handed over, or dropped because the pipe has broken.
   */
  send(json: string, kind: FrameClass, handed?: () => void): boolean;
  /** Bytes of each class that wait for the reader. */
  readonly waiting: Readonly<Record<FrameClass, number>>;
  /** Whether the reader is gone: what is sent is dropped. */
  readonly broken: boolean;
  /** Ends the pipe behind what waits; later frames are dropped. */
  end(): void;
  /** Drops what waits and everything after it: the reader is gone. */
  abandon(): void;
}

interface WaitingFrame {
  readonly frame: string;
  readonly kind: FrameClass;
  readonly bytes: number;
  readonly handed: (() => void) | undefined;
}

const RS_TEXT = String.fromCharCode(RS);
const LF_TEXT = String.fromCharCode(LF);
// `frame:send:well-formed`
const frameOf = (json: string): string => RS_TEXT + json + LF_TEXT;
/** One write holds about so many characters, unless a single frame is larger. */
const BATCH_LENGTH = 262_144;

/**
 * Creates the writer of one pipe. Whole frames only, in order (`frame:send:never-interleaved`); what becomes
 * ready in one turn goes out as one write. A broken pipe drops frames and throws nothing
 * (`life:pipe:broken-survived`).
 *
 * `drained` is called whenever what waits has become less, `wrote` with the bytes of each write. `around` makes a
 * frame of its JSON; default RS, JSON, LF.
 */
export function createFrameWriter(
  pipe: Writable,
  drained: () => void,
  wrote?: (bytes: number) => void,
  around: (json: string) => string = frameOf,
): FrameWriter {
  const waiting = { response: 0, refusal: 0 };
  /** Of the write that the pipe has not taken whole yet. */
  const writing = { response: 0, refusal: 0 };
  let queue: WaitingFrame[] = [];
  let batch = "";
  let scheduled = false;
  let blocked = false;
  let ending = false;
  let open = true;

  const flush = (): void => {
    scheduled = false;
    if (batch === "" || !open) return;
    const text = batch;
    batch = "";
    wrote?.(countBytes(text));
    pipe.write(text, "utf8", written);
    // A pipe with room has taken everything before write returned; its callback comes a tick later.
    blocked = pipe.writableLength > 0;
    if (!blocked) settle();
  };

  /** The last write is through. */
  const settle = (): void => {
    waiting.response -= writing.response;
    waiting.refusal -= writing.refusal;
    writing.response = 0;
    writing.refusal = 0;
  };

  const written = (error?: Error | null): void => {
    // Told before the `error` event: without this the failed write would look like room for more.
    if (error) return abandon();
    if (!blocked || !open || pipe.writableLength > 0) return;
    blocked = false;
    settle();
    const released: WaitingFrame[] = [];
    // Each turn either empties the queue or fills the pipe, which ends the loop.
    for (let frames = refill(); frames.length > 0; frames = blocked ? [] : refill()) {
      released.push(...frames);
      flush();
    }
    if (ending && !blocked) pipe.end();
    for (const frame of released) frame.handed?.();
    drained();
  };

  /** Moves waiting frames into the next batch. */
  const refill = (): WaitingFrame[] => {
    let count = 0;
    while (count < queue.length && batch.length < BATCH_LENGTH) {
      const next = queue[count++] as WaitingFrame;
      batch += next.frame;
      writing[next.kind] += next.bytes;
    }
    const released = queue.slice(0, count);
    queue = queue.slice(count);
    return released;
  };

  const abandon = (): void => {
    if (!open) return;
    open = false;
    const dropped = queue;
    queue = [];
    batch = "";
    waiting.response = 0;
    waiting.refusal = 0;
    for (const frame of dropped) frame.handed?.();
    drained();
  };

  pipe.on("error", abandon);
  pipe.on("close", abandon);

  return {
    waiting,
    get broken() {
      return !open;
    },
    abandon,
    send(json, kind, handed) {
      if (!open || ending) return true;
      const frame = around(json);
      if (blocked) {
        const bytes = countBytes(frame);
        queue.push({ frame, kind, bytes, handed });
        waiting[kind] += bytes;
        return false;
      }
      batch += frame;
      writing[kind] += frame.length;
      waiting[kind] += frame.length;
      if (batch.length >= BATCH_LENGTH) flush();
      else if (!scheduled) {
        scheduled = true;
        // `frame:send:coalesced`
        queueMicrotask(flush);
      }
      return true;
    },
    end() {
      if (!open || ending) return;
      ending = true;
      flush();
      if (!blocked) pipe.end();
    },
  };
}
