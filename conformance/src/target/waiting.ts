/** Waits for conditions that events bring about. */
export interface Waiting {
  /** Looks at every waited-for condition again; called after each event. */
  notify(): void;
  /** Resolves with true when the condition holds, with false at the deadline or when waiting was ended. */
  until(holds: () => boolean, withinMs: number): Promise<boolean>;
  /** Ends all waiting: nothing more can come. Conditions that hold already still count. */
  end(): void;
}

/** Creates the one place where a session waits. */
export function createWaiting(): Waiting {
  const waiters = new Set<() => void>();
  let over = false;
  const notify = (): void => {
    for (const look of waiters) look();
  };
  return {
    notify,
    until(holds, withinMs) {
      if (holds()) return Promise.resolve(true);
      if (over) return Promise.resolve(false);
      return new Promise((resolve) => {
        const finish = (held: boolean): void => {
          clearTimeout(timer);
          waiters.delete(look);
          resolve(held);
        };
        const look = (): void => {
          if (holds()) finish(true);
          else if (over) finish(false);
        };
        const timer = setTimeout(() => finish(holds()), withinMs);
        waiters.add(look);
      });
    },
    end() {
      over = true;
      notify();
    },
  };
}
