import type { Method } from "../methods/method.js";
import type { Account } from "../session/account.js";
import { Call } from "../session/call.js";
import type { CallSurroundings } from "../session/call.js";
import { isPromise } from "../session/calls.js";
import type { Channel } from "../session/channel.js";
import type { Clock } from "../session/clock.js";
import type { Observer } from "../session/observer.js";
import type { RequestV0 } from "./read-line.js";
import { errorLine, errorText, resultLine } from "./write-line.js";

/** The calls of a session of version 0, from their line until the response is handed to the pipe. */
export interface CallsV0 {
  /** Takes a call, `bytes` long: started now, or when there is room for it. */
  accept(request: RequestV0, method: Method, bytes: number): void;
  /** Starts what waited for room in the channel. */
  resume(): void;
  /** Nothing is started or answered any more, handlers are told to stop. */
  end(): void;
}

/** What the calls need. */
export interface CallsV0Parts {
  readonly surroundings: CallSurroundings;
  readonly account: Account;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly observer: Observer;
}

/** Lines of calls that may wait: version 0 knows no `busy`, so a burst waits as it would before a serial host. */
const MAX_WAITING_BYTES = 16_777_216;

/**
 * Creates the calls. Ids are the sandbox's own affair: two calls in flight under one are two calls, each with its
 * response. At most maxInFlight run at once, the others wait.
 */
export function createCallsV0({ surroundings, account, channel, clock, observer }: CallsV0Parts): CallsV0 {
  const { callTimeoutMs, maxInFlight } = surroundings.limits;
  const running = new Set<Call>();
  const waiting: { call: Call; bytes: number }[] = [];
  let waitingBytes = 0;
  let starting = false;
  let ended = false;

  const startWaiting = (): void => {
    // A handler that answers at once comes back here from within.
    if (starting || ended) return;
    starting = true;
    while (waiting.length > 0 && running.size < maxInFlight && !channel.congested) {
      const next = waiting.shift() as (typeof waiting)[number];
      waitingBytes -= next.bytes;
      start(next.call);
    }
    starting = false;
  };

  const start = (call: Call): void => {
    const { method } = call;
    call.state = "running";
    call.startedAt = clock.now();
    running.add(call);
    observer.callStarted?.(call);
    if (!method.idempotent) call.effect = account.beginEffect(call.id, method.name);
    const handle = (): unknown => method.handle(call.params, call);
    let outcome: unknown;
    try {
      outcome = observer.aroundHandler ? observer.aroundHandler(call, handle) : handle();
    } catch (thrown) {
      return fail(call, thrown);
    }
    if (!isPromise(outcome)) return succeed(call, outcome);
    const stop = clock.after(callTimeoutMs, () => expire(call));
    // `call:order:any`
    outcome.then(
      (result) => {
        stop();
        succeed(call, result);
      },
      (thrown: unknown) => {
        stop();
        fail(call, thrown);
      },
    );
  };

  const succeed = (call: Call, result: unknown): void => {
    if (call.effect) call.effect.state = "done";
    try {
      // `call:response:own-result`
      answer(call, resultLine(String(call.id), result), false);
    } catch (thrown) {
      fail(call, thrown);
    }
  };

  const fail = (call: Call, thrown: unknown): void => {
    if (call.effect?.state === "unknown") call.effect.state = "failed";
    const { text, unexpected } = errorText(thrown);
    if (unexpected && call.state !== "answered") observer.handlerFailed?.(call.method.name, thrown);
    answer(call, errorLine(String(call.id), text), true);
  };

  const expire = (call: Call): void => {
    const text = `The call was not answered within callTimeoutMs (${callTimeoutMs})`;
    answer(call, errorLine(String(call.id), text), true);
    call.abort();
  };

  /** The one place where a call gets its one response (`call:response:exactly-one`). */
  const answer = (call: Call, line: string, isError: boolean): void => {
    if (call.state === "answered") return;
    call.state = "answered";
    if (ended) return;
    observer.callAnswered?.(call, isError ? NO_CODE : undefined);
    const handed = (): void => {
      running.delete(call);
      startWaiting();
    };
    if (channel.send(line, "response", handed)) handed();
  };

  return {
    accept(request, method, bytes) {
      if (waiting.length > 0 && waitingBytes + bytes > MAX_WAITING_BYTES) {
        observer.requestRefused?.();
        channel.send(errorLine(request.id, "Too many calls wait: wait for some answers first"), "refusal");
        return;
      }
      const call = new Call(request.id, method, request.params, channel, surroundings, undefined);
      waiting.push({ call, bytes });
      waitingBytes += bytes;
      startWaiting();
    },
    resume: startWaiting,
    end() {
      ended = true;
      waiting.length = 0;
      for (const call of running) call.abort();
      running.clear();
    },
  };
}

/** Errors of version 0 are texts: to those who watch, all are the same. */
const NO_CODE = 0;
