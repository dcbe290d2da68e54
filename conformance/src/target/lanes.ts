/** Shared and exclusive work on one thing: exclusive work waits until nothing else goes on, and goes before new shared work. */
export interface Lanes {
  shared<T>(work: () => Promise<T>): Promise<T>;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

/** Creates a lock of both kinds. */
export function createLanes(): Lanes {
  let active = 0;
  let alone = false;
  const exclusive: (() => void)[] = [];
  const shared: (() => void)[] = [];

  /** Hands the lock on. It counts as held from here on, not from when the waiting work wakes up. */
  const next = (): void => {
    if (alone) return;
    if (exclusive.length === 0) {
      active += shared.length;
      for (const start of shared.splice(0)) start();
    } else if (active === 0) {
      alone = true;
      exclusive.shift()?.();
    }
  };
  const enter = (queue: (() => void)[]): Promise<void> =>
    new Promise((start) => {
      queue.push(start);
      next();
    });

  return {
    async shared(work) {
      await enter(shared);
      try {
        return await work();
      } finally {
        active--;
        next();
      }
    },
    async exclusive(work) {
      await enter(exclusive);
      try {
        return await work();
      } finally {
        alone = false;
        next();
      }
    },
  };
}
