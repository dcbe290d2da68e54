/** Which way something went, as the subject sees it. */
export type Direction = "to-subject" | "from-subject" | "note";

/**
 * Where it went: `wire` is the session's frames and output, `control` the adapter's lines, `stderr` the subject's
 * descriptor 2, `process` a start, a signal, an exit.
 */
export type Channel = "wire" | "control" | "stderr" | "process";

/** One event of a session, as it is kept: long payloads only by their ends. */
export interface TranscriptEvent {
  /** Milliseconds since the session began. */
  readonly at: number;
  readonly direction: Direction;
  readonly channel: Channel;
  /** The payload's beginning (and, where it was cut, its end after `cut`), as bytes read as UTF-8. */
  readonly text: string;
  /** All bytes of the payload. */
  readonly size: number;
  /** Where in `text` the left-out middle was; absent when nothing is. */
  readonly cut?: number;
}

/** A session's events in order of time; the only account of it that is kept. */
export interface Transcript {
  readonly events: readonly TranscriptEvent[];
}

/** Writes a transcript. There is no other way to keep what a session did, and it is always on. */
export interface Recorder {
  /** Keeps one event and returns its index. */
  record(direction: Direction, channel: Channel, payload: Uint8Array | string): number;
  /** Milliseconds since the session began. */
  elapsed(): number;
  readonly transcript: Transcript;
}

const HEAD_BYTES = 1_536;
const TAIL_BYTES = 256;
/** Beyond this many events only every later one's place is counted: a flood must not grow the kit. */
const MAX_EVENTS = 20_000;

/** Creates a recorder; `now` gives milliseconds of a clock that never goes back. */
export function createRecorder(now: () => number): Recorder {
  const start = now();
  const events: TranscriptEvent[] = [];
  return {
    transcript: { events },
    elapsed: () => now() - start,
    record(direction, channel, payload) {
      if (events.length >= MAX_EVENTS) return events.length - 1;
      const bytes = typeof payload === "string" ? Buffer.from(payload, "utf8") : Buffer.from(payload);
      const at = now() - start;
      if (bytes.length <= HEAD_BYTES + TAIL_BYTES) {
        events.push({ at, direction, channel, text: bytes.toString("utf8"), size: bytes.length });
      } else {
        const head = bytes.subarray(0, HEAD_BYTES).toString("utf8");
        const text = head + bytes.subarray(-TAIL_BYTES).toString("utf8");
        events.push({ at, direction, channel, text, size: bytes.length, cut: head.length });
      }
      return events.length - 1;
    },
  };
}
