/** What the two threads share. */
export interface Watched {
  /** See `CELL`. */
  readonly cells: Int32Array<SharedArrayBuffer>;
  /** The end of stdin is looked for here. */
  readonly descriptor: number;
  /** Of a process that the watchdog ends. */
  readonly exitCode: number;
}

/** The cells of `Watched`. */
export const CELL = {
  /** Counts while the main thread's loop turns. */
  beat: 0,
  /** How long a main thread that stands still has after the end of stdin; 0 while that means nothing. */
  patienceMs: 1,
  /** Set while the main thread sends its last frames, which takes as long as the host reads. */
  flushing: 2,
  /** Set, and notified, when the process ends by itself. */
  ended: 3,
  /** Set while the watchdog is in native code: Node aborts when a process ends meanwhile. */
  native: 4,
} as const;
export const CELLS = 5;

export const BEAT_MS = 100;
