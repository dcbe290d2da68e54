/** Time that is spent only while somebody is inside. */
export interface TimeBudget {
  enter(): void;
  leave(): void;
  /** Nothing is spent any more. */
  stop(): void;
  /** For how long somebody was inside, also after `stop`. */
  busyMs(): number;
}

/**
 * Creates a budget. Sessions of one check wait for their turn among those of all others: what they wait is not the
 * check's own time, or on a slow machine the last checks would run out of it before they ran.
 *
 * @param ms what may be spent
 * @param onSpent called once, when it is
 */
export function createTimeBudget(ms: number, now: () => number, onSpent: () => void): TimeBudget {
  let busy = 0;
  let inside = 0;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  return {
    enter() {
      if (inside++ > 0) return;
      since = now();
      if (!stopped) timer = setTimeout(onSpent, Math.max(0, ms - busy));
    },
    leave() {
      if (--inside > 0) return;
      clearTimeout(timer);
      busy += now() - since;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    busyMs: () => busy + (inside > 0 ? now() - since : 0),
  };
}
