/**
 * What a piece of work is to the pool. `urgent`: what a failure needs to be confirmed and shrunk goes before what waits.
 * `dear`: it mostly waits, so it gets half of the places from the start on; left to the end it would wait alone.
 */
export type Urgency = "urgent" | "dear" | "plain";

/** Runs at most so many pieces of work at once, each kind in the order in which they were asked for. */
export interface Pool {
  readonly width: number;
  run<T>(work: () => Promise<T>, urgency?: Urgency): Promise<T>;
}

/** Creates a pool of a fixed width. */
export function createPool(width: number): Pool {
  const active = { urgent: 0, dear: 0, plain: 0 };
  const waiting: Record<Urgency, (() => void)[]> = { urgent: [], dear: [], plain: [] };
  const dearPlaces = Math.floor(width / 2);

  const nextKind = (): Urgency => {
    if (waiting.urgent.length > 0) return "urgent";
    const dearFits = active.dear < dearPlaces || waiting.plain.length === 0;
    return waiting.dear.length > 0 && dearFits ? "dear" : "plain";
  };
  const fill = (): void => {
    while (active.urgent + active.dear + active.plain < width) {
      const kind = nextKind();
      const start = waiting[kind].shift();
      if (!start) return;
      // The place counts as taken from here on, not from when the waiting work wakes up.
      active[kind]++;
      start();
    }
  };

  return {
    width,
    async run(work, urgency = "plain") {
      await new Promise<void>((start) => {
        waiting[urgency].push(start);
        fill();
      });
      try {
        return await work();
      } finally {
        active[urgency]--;
        fill();
      }
    },
  };
}
