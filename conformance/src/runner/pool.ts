/** Runs at most so many pieces of work at once, in the order in which they were asked for. */
export interface Pool {
  readonly width: number;
  /** Urgent work (what a failure needs to be confirmed and shrunk) goes before what waits. */
  run<T>(work: () => Promise<T>, urgent?: boolean): Promise<T>;
}

/** Creates a pool of a fixed width. */
export function createPool(width: number): Pool {
  let active = 0;
  const urgent: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  return {
    width,
    async run(work, isUrgent = false) {
      if (active >= width) await new Promise<void>((start) => (isUrgent ? urgent : waiting).push(start));
      else active++;
      try {
        return await work();
      } finally {
        // The place is handed on: nobody who comes now may take it before the one who waits longest.
        const next = urgent.shift() ?? waiting.shift();
        if (next) next();
        else active--;
      }
    },
  };
}
