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

  const next = (): void => {
    if (alone) return;
    const first = active === 0 ? exclusive.shift() : undefined;
    if (first) return first();
    if (exclusive.length === 0) for (const start of shared.splice(0)) start();
  };

  return {
    async shared(work) {
      if (alone || exclusive.length > 0) await new Promise<void>((start) => shared.push(start));
      active++;
      try {
        return await work();
      } finally {
        active--;
        next();
      }
    },
    async exclusive(work) {
      if (alone || active > 0)
        await new Promise<void>((start) => {
          exclusive.push(start);
          next();
        });
      alone = true;
      try {
        return await work();
      } finally {
        alone = false;
        next();
      }
    },
  };
}
