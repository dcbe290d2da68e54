import type { TranscriptEvent } from "@sandpipe/spec/control";

export type { TranscriptEvent };

/** Which way something went, as the subject sees it. */
export type Direction = TranscriptEvent["direction"];
/** Where it went. */
export type Channel = TranscriptEvent["channel"];

/** A session's events in order of time; the only account of it that is kept. */
export interface Transcript {
  readonly events: readonly TranscriptEvent[];
}

/** Writes a transcript. There is no other way to keep what a session did, and it is always on. */
export interface Recorder {
  /** Keeps one event and returns its index. `writes`: byte offsets at which separate writes began. */
  record(
    direction: Direction,
    channel: Channel,
    payload: Uint8Array | string,
    writes?: readonly number[],
  ): number;
  /** Milliseconds since the session began. */
  elapsed(): number;
  readonly transcript: Transcript;
}

const HEAD_BYTES = 1_536;
const TAIL_BYTES = 256;
const MAX_OFFSETS = 2_048;
/** Beyond this many events only every later one's place is counted: a flood must not grow the kit. */
const MAX_EVENTS = 20_000;

/** Creates a recorder; `now` gives milliseconds of a clock that never goes back. */
export function createRecorder(now: () => number): Recorder {
  const start = now();
  const events: TranscriptEvent[] = [];
  return {
    transcript: { events },
    elapsed: () => now() - start,
    record(direction, channel, payload, offsets = []) {
      if (events.length >= MAX_EVENTS) return events.length - 1;
      const bytes = typeof payload === "string" ? Buffer.from(payload, "utf8") : Buffer.from(payload);
      const at = now() - start;
      const writes = offsets.length === 0 ? {} : { writes: offsets.slice(0, MAX_OFFSETS) };
      if (bytes.length <= HEAD_BYTES + TAIL_BYTES) {
        events.push({ at, direction, channel, text: bytes.toString("utf8"), size: bytes.length, ...writes });
      } else {
        const head = bytes.subarray(0, HEAD_BYTES).toString("utf8");
        const text = head + bytes.subarray(-TAIL_BYTES).toString("utf8");
        events.push({ at, direction, channel, text, size: bytes.length, cut: head.length, ...writes });
      }
      return events.length - 1;
    },
  };
}
