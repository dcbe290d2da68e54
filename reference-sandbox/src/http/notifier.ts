import type { Clock } from "../session/clock.js";
import type { HttpClient, Posting } from "./http-client.js";
import { RPC_PATH } from "./rpc-path.js";

/** Sends notifications one at a time, in their order, each after the 202 of the one before (`http:notify:in-order`). */
export interface Notifier {
  send(json: string): void;
  /** Calls back once nothing is waiting for its 202. */
  whenIdle(callback: () => void): void;
  flushSync(maxMs: number): void;
  setSynchronous(maxMs: number): void;
}

/** What a notifier needs. */
export interface NotifierParts {
  readonly client: HttpClient;
  readonly clock: Clock;
  /** How long the host may take for one. */
  readonly timeoutMs: () => number;
  /** Sends what is left, in order, before it returns: for the process's end, where no connection is open. */
  readonly sendElsewhere: (notifications: readonly string[], maxMs: number) => void;
  /** Told when one may not have reached the host: it is not sent again. */
  readonly onFailed: (reason: string) => void;
}

interface Current {
  readonly json: string;
  posting: Posting | undefined;
  /** Ends the waiting without an outcome. */
  forget(): void;
}

/** Above this the sender waits for the host rather than hold more: a print loop must not grow without end. */
const MAX_QUEUED_CHARS = 8 * 1024 * 1024;
/** A host that takes and gives nothing for so long is not waited for any more, whoever asks. */
const LONGEST_FLUSH_MS = 30_000;

/** Creates the notifier. */
export function createNotifier(parts: NotifierParts): Notifier {
  const { client, clock, onFailed } = parts;
  let queue: string[] = [];
  let head = 0;
  let chars = 0;
  let current: Current | undefined;
  let starting = false;
  let blocking = false;
  let synchronous: number | undefined;
  let idle: (() => void)[] = [];

  const isIdle = (): boolean => current === undefined && head === queue.length;
  const takeNext = (): string | undefined => {
    const json = queue[head];
    if (json === undefined) return undefined;
    chars -= json.length;
    if (++head === queue.length) {
      queue = [];
      head = 0;
    }
    return json;
  };

  const post = (): void => {
    const json = takeNext();
    if (json === undefined) return;
    const forget = (): void => {
      stopTimer();
      current = undefined;
    };
    const mine: Current = { json, posting: undefined, forget };
    // Set before it is sent: on a connection that is known to be broken the outcome comes at once.
    current = mine;
    const end = (reason: string | undefined): void => {
      if (current !== mine) return;
      forget();
      if (reason !== undefined) onFailed(reason);
      if (!blocking) next();
      if (isIdle()) for (const callback of idle.splice(0)) callback();
    };
    const ms = parts.timeoutMs();
    const stopTimer = clock.after(ms, () => end(`no answer within ${ms} ms`));
    mine.posting = client.send({ method: "POST", path: RPC_PATH, json }, (outcome) => {
      if ("broken" in outcome) end(outcome.broken);
      else if (outcome.response.status === 202) end(undefined);
      else end(`HTTP status ${outcome.response.status}`);
    });
  };

  /** A cancel must not overtake the call that it names: what was sent before it leaves first. */
  const next = (): void => {
    if (starting || current !== undefined || head === queue.length) return;
    starting = true;
    client.afterSent(() => {
      starting = false;
      if (current === undefined && !blocking) post();
    });
  };

  const flushSync = (maxMs: number): void => {
    const most = Math.min(maxMs, LONGEST_FLUSH_MS);
    if (most <= 0 || blocking) return;
    blocking = true;
    try {
      while (!isIdle()) {
        if (current !== undefined) {
          if (current.posting?.finishSync(most) !== true) break;
        } else if (client.connected) post();
        else break;
      }
      const rest = queue.slice(head);
      const { json, posting, forget } = current ?? {};
      // Still connecting, which takes the event loop: nothing of it has left.
      if (json !== undefined && posting?.withdraw() === true) {
        forget?.();
        rest.unshift(json);
      }
      if (rest.length === 0) return;
      queue = [];
      head = 0;
      chars = 0;
      parts.sendElsewhere(rest, most);
    } finally {
      blocking = false;
      next();
    }
  };

  return {
    send(json) {
      queue.push(json);
      chars += json.length;
      if (synchronous !== undefined) flushSync(synchronous);
      else if (chars > MAX_QUEUED_CHARS) flushSync(LONGEST_FLUSH_MS);
      else next();
    },
    whenIdle(callback) {
      if (isIdle()) callback();
      else idle.push(callback);
    },
    flushSync,
    setSynchronous(maxMs) {
      synchronous = maxMs;
    },
  };
}
