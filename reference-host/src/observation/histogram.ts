/** A distribution of durations. `counts[n]` is of those up to `bounds[n]` milliseconds, its last of all others. */
export interface Histogram {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly count: number;
  /** Of all durations, in milliseconds. */
  readonly sum: number;
}

/** From a tenth of a millisecond, where calls without input or output end, to the default deadline and beyond. */
const BOUNDS: readonly number[] = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
];

/** A histogram that takes more. */
export interface HistogramCounter {
  add(ms: number): void;
  snapshot(): Histogram;
}

/** Creates an empty one. */
export function createHistogram(): HistogramCounter {
  const counts = Array.from({ length: BOUNDS.length + 1 }, () => 0);
  let count = 0;
  let sum = 0;
  return {
    add(ms) {
      let n = 0;
      while (n < BOUNDS.length && ms > (BOUNDS[n] as number)) n += 1;
      counts[n] = (counts[n] as number) + 1;
      count += 1;
      sum += ms;
    },
    snapshot: () => ({ bounds: BOUNDS, counts: [...counts], count, sum }),
  };
}
