/** What a session allows, as the answer of `session.open` tells it. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /**
   * Bytes between RS and LF, in both directions.
   * @TJS-type integer
   * @minimum 65536
   */
  maxFrameBytes: number;
  /**
   * Calls whose response was not handed to the pipe yet.
   * @TJS-type integer
   * @minimum 8
   */
  maxInFlight: number;
  /**
   * Of one call, from the start of its handler.
   * @TJS-type integer
   * @minimum 1
   */
  callTimeoutMs: number;
  /**
   * Nesting of arrays and objects; the frame's own object is 1.
   * @TJS-type integer
   * @minimum 32
   */
  maxDepth: number;
  /**
   * Bytes of output, and of stderr, kept for the report.
   * @TJS-type integer
   * @minimum 0
   */
  maxOutputBytes: number;
  /**
   * Between two steps of ending a session.
   * @TJS-type integer
   * @minimum 1
   */
  graceMs: number;
  /**
   * @TJS-type integer
   * @minimum 1
   */
  runTimeoutMs?: number;
  /**
   * @TJS-type integer
   * @minimum 1
   */
  memoryBytes?: number;
}

/** The least that every host grants, so that calls may be pipelined behind `session.open` (`limit:minima:granted`). */
export const MINIMUM_LIMITS = { maxFrameBytes: 65_536, maxInFlight: 8, maxDepth: 32 } as const;

/** What the reference host grants unless told otherwise. */
export const DEFAULT_LIMITS = {
  maxFrameBytes: 1_048_576,
  maxInFlight: 64,
  callTimeoutMs: 30_000,
  runTimeoutMs: 600_000,
  maxDepth: 64,
  maxOutputBytes: 16_777_216,
  graceMs: 2_000,
} as const;

/** Code points of a string id, and of a method name. */
export const MAX_NAME_CODE_POINTS = 128;

/** Violations of a session that are answered and listed; later ones are only counted. */
export const MAX_LISTED_VIOLATIONS = 100;

/** Accepted calls are not started while more than maxFrameBytes plus this many bytes of responses wait. */
export const RESPONSE_BACKLOG_BYTES = 1_048_576;

/** Stdout is not read while more than this many bytes of refusals wait. */
export const REFUSAL_BACKLOG_BYTES = 1_048_576;
