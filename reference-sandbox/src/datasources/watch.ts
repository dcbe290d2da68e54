import { setMaxListeners } from "node:events";
import { DatabaseFailure } from "./failure.js";

/** Ends the waiting for a statement when its time is over or somebody gives up. */
export interface Watch {
  /** Settles with the promise, or rejects first: `timeout`, `cancelled`. One at a time. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Takes every listener and timer back. */
  stop(): void;
}

/** What a watch is made from. */
export interface WatchParts {
  /** The datasource, for messages. */
  readonly what: string;
  /** Abort any of them and the statement is cancelled. */
  readonly signals: readonly AbortSignal[];
  /** 0 is without end. */
  readonly timeoutMs: number;
  /** Whether the time is that of each wait: the script of a stream may take as long as it likes between two rows. */
  readonly perWait: boolean;
  /** Called once, at the first failure, whether or not anybody waits: what runs must be stopped. */
  readonly onBroken: () => void;
}

const LONGEST_TIMER_MS = 2_147_483_647;

/** Creates the watch over one statement. */
export function createWatch({ what, signals, timeoutMs, perWait, onBroken }: WatchParts): Watch {
  let failure: DatabaseFailure | undefined;
  let rejectWaiting: ((reason: DatabaseFailure) => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const fail = (reason: DatabaseFailure): void => {
    if (failure !== undefined) return;
    failure = reason;
    rejectWaiting?.(reason);
    onBroken();
  };
  const arm = (): void => {
    if (timeoutMs === 0) return;
    timer = setTimeout(() => fail(timedOut(what, timeoutMs)), Math.min(timeoutMs, LONGEST_TIMER_MS));
  };
  const onAbort = (event: Event): void => fail(cancelled(what, (event.target as AbortSignal).reason));
  // Many queries may share a signal; each takes its listener back.
  setMaxListeners(0, ...signals);
  for (const signal of signals) {
    if (signal.aborted) failure ??= cancelled(what, signal.reason);
    else signal.addEventListener("abort", onAbort, { once: true });
  }
  if (!perWait) arm();

  return {
    async race<T>(work: Promise<T>): Promise<T> {
      const broken = new Promise<never>((_resolve, reject) => {
        if (failure !== undefined) reject(failure);
        rejectWaiting = reject;
      });
      if (perWait) arm();
      try {
        return await Promise.race([work, broken]);
      } finally {
        rejectWaiting = undefined;
        if (perWait) clearTimeout(timer);
      }
    },
    stop() {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", onAbort);
    },
  };
}

/** The failure of a statement that took too long, whoever noticed it first. */
export function timedOut(what: string, timeoutMs: number): DatabaseFailure {
  return new DatabaseFailure({
    code: "timeout",
    message: `datasource ${what}: no answer within ${timeoutMs} ms, the query was stopped; {timeoutMs} allows more, 0 is no end`,
    data: { timeoutMs },
  });
}

function cancelled(what: string, reason: unknown): DatabaseFailure {
  return new DatabaseFailure({
    code: "cancelled",
    message: `datasource ${what}: the query was cancelled`,
    ...(reason === undefined ? {} : { cause: reason }),
  });
}
