/** Time that is spent only while somebody is inside. */
export interface TimeBudget {
  enter(): void;
  leave(): void;
  /** Nothing is spent any more. */
  stop(): void;
}

/**
 * Creates a budget. Sessions of one check wait for their turn among those of all others: what they wait is not the
 * check's own time, or on a slow machine the last checks would run out of it before they ran.
 *
 * @param ms what may be spent
 * @param onSpent called once, when it is
 */
export function createTimeBudget(ms: number, now: () => number, onSpent: () => void): TimeBudget {
  let left = ms;
  let inside = 0;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  return {
    enter() {
      if (inside++ > 0 || stopped) return;
      since = now();
      timer = setTimeout(onSpent, left);
    },
    leave() {
      if (--inside > 0) return;
      clearTimeout(timer);
      left = Math.max(0, left - (now() - since));
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
