/** Lets so many at once, and the others in the order in which they came. */
export interface Turns {
  /** Calls `begin` now or when there is room; it is told how to end its turn, and may do so more than once. */
  take(begin: (end: () => void) => void): void;
}

/** Creates turns for `most` at once. */
export function createTurns(most: number): Turns {
  let running = 0;
  const waiting: ((end: () => void) => void)[] = [];
  const start = (begin: (end: () => void) => void): void => {
    running++;
    let ended = false;
    begin(() => {
      if (ended) return;
      ended = true;
      running--;
      const next = waiting.shift();
      if (next) start(next);
    });
  };
  return {
    take(begin) {
      if (running < most) start(begin);
      else waiting.push(begin);
    },
  };
}
