import type { Id, Limits, Params } from "@sandpipe/spec/v1";
import { ERROR_CODE } from "@sandpipe/spec/v1";
import { kindFrame } from "../frames/write-frame.js";
import type { Method } from "../methods/method.js";
import type { Account } from "./account.js";
import { failureAnswer, resultAnswer } from "./answer-call.js";
import { Call } from "./call.js";
import type { CallSurroundings } from "./call.js";
import type { Channel } from "./channel.js";
import type { Clock } from "./clock.js";
import type { Observer } from "./observer.js";

/** The accepted calls of a session, from acceptance until the response is handed to the pipe. */
export interface Calls {
  /** Whether a call of this id, by value and type, is in flight. */
  has(id: Id): boolean;
  /** Whether one more would be too many (`limit:in-flight:busy`). */
  readonly full: boolean;
  /** Keeps an id in flight until `release`: for a response that is made elsewhere but waits for the pipe. */
  hold(id: Id): () => void;
  /**
   * Takes a call whose id, method and params have been checked. It is started now or when its channel has room,
   * and answered there.
   */
  accept(id: Id, method: Method, params: Params, channel: Channel, traceparent?: string): void;
  /** Answers `cancelled` unless it is answered already; an unknown id is ignored (`cancel:unknown:ignored`). */
  cancel(id: Id): void;
  cancelAll(): void;
  /** Starts what waited for room in the channel. */
  resume(): void;
  /** The session is over: nothing is started or answered any more, handlers are told to stop. */
  end(): void;
}

/** What the calls of a session need. */
export interface CallsParts {
  readonly surroundings: CallSurroundings;
  readonly account: Account;
  readonly clock: Clock;
  readonly observer: Observer;
}

/**
 * Creates the table of calls in flight. A Map tells `1` from `"1"` (`call:id:types-distinct`,
 * `cancel:id:types-distinct`).
 */
export function createCalls(parts: CallsParts): Calls {
  const { surroundings, account, clock, observer } = parts;
  const limits: Limits = surroundings.limits;
  const inFlight = new Map<Id, Call | undefined>();
  let held = 0;
  let waiting: Call[] = [];
  let stopTimer: (() => void) | undefined;
  let ended = false;

  const start = (call: Call): void => {
    const { method } = call;
    call.state = "running";
    call.startedAt = clock.now();
    observer.callStarted?.(call);
    if (!method.idempotent) call.effect = account.beginEffect(call.id, method.name);
    let outcome: unknown;
    try {
      outcome = observer.aroundHandler
        ? observer.aroundHandler(call, () => method.handle(call.params, call))
        : method.handle(call.params, call);
    } catch (thrown) {
      // `error:internal:session-survives`
      fail(call, thrown);
      return;
    }
    // A result that is there is answered in this turn: no promise tick on the path of synchronous handlers.
    if (!isPromise(outcome)) {
      succeed(call, outcome);
      return;
    }
    // `cancel:call:same-read`
    inFlight.set(call.id, call);
    call.deadline = call.startedAt + limits.callTimeoutMs;
    stopTimer ??= clock.after(limits.callTimeoutMs, expire);
    // `call:order:slow-never-blocks`
    outcome.then(
      (result) => succeed(call, result),
      (thrown: unknown) => fail(call, thrown),
    );
  };

  const succeed = (call: Call, result: unknown): void => {
    if (call.effect) call.effect.state = "done";
    if (call.state === "answered") return;
    try {
      // `call:response:own-result`
      const { frame, code } = resultAnswer(call.id, result, limits.maxFrameBytes);
      answer(call, frame, code);
    } catch (thrown) {
      fail(call, thrown);
    }
  };

  const fail = (call: Call, thrown: unknown): void => {
    if (call.effect?.state === "unknown") call.effect.state = "failed";
    const { frame, code, unexpected } = failureAnswer(call.id, thrown, limits.maxFrameBytes);
    if (call.state === "answered") return;
    if (unexpected) observer.handlerFailed?.(call.method.name, thrown);
    answer(call, frame, code);
  };

  /** The one place where a call gets its one response (`call:response:exactly-one`). */
  const answer = (call: Call, frame: string, code: number | undefined): void => {
    const started = call.state === "running";
    call.state = "answered";
    if (ended) return;
    if (started) observer.callAnswered?.(call, code);
    // `call:duplicate:finished-served`
    if (call.channel.send(frame, "response", () => inFlight.delete(call.id))) inFlight.delete(call.id);
    // A call answered in the turn it came in was never entered; while its response waits, it is in flight.
    else inFlight.set(call.id, call);
  };

  /** `cancel:deadline:answered`. One timer for all: every call has the same time, and at most maxInFlight run. */
  const expire = (): void => {
    stopTimer = undefined;
    const now = clock.now();
    let next = Infinity;
    for (const call of [...inFlight.values()]) {
      if (call?.state !== "running") continue;
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else {
        const message = `The call was not answered within callTimeoutMs (${limits.callTimeoutMs})`;
        answer(call, kindFrame(call.id, "deadline_exceeded", message), ERROR_CODE.deadline_exceeded);
        call.abort();
      }
    }
    if (next < Infinity && !ended) stopTimer = clock.after(next - now, expire);
  };

  const cancel = (call: Call | undefined): void => {
    // `cancel:call:one-response`
    if (call === undefined || call.state === "answered") return;
    // `cancel:call:prompt`: answered now, whether or not the handler heeds its signal.
    if (call.state === "waiting") waiting = waiting.filter((other) => other !== call);
    answer(call, kindFrame(call.id, "cancelled", "The call was cancelled"), ERROR_CODE.cancelled);
    call.abort();
  };

  return {
    has: (id) => inFlight.has(id),
    get full() {
      // `limit:in-flight:not-early`
      return inFlight.size - held >= limits.maxInFlight;
    },
    hold(id) {
      // `limit:in-flight:session-free`: its id is in flight, but it takes no call's place.
      inFlight.set(id, undefined);
      held++;
      return () => {
        if (inFlight.delete(id)) held--;
      };
    },
    accept(id, method, params, channel, traceparent) {
      const call = new Call(id, method, params, channel, surroundings, traceparent);
      if (waiting.length === 0 && !channel.congested) start(call);
      else {
        inFlight.set(id, call);
        waiting.push(call);
      }
    },
    cancel: (id) => cancel(inFlight.get(id)),
    cancelAll() {
      for (const call of [...inFlight.values()]) cancel(call);
    },
    resume() {
      while (waiting[0] && !waiting[0].channel.congested) start(waiting.shift() as Call);
    },
    end() {
      ended = true;
      stopTimer?.();
      waiting = [];
      for (const call of inFlight.values()) call?.abort();
      inFlight.clear();
    },
  };
}

/** Whether a handler's outcome is still to come. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as Promise<unknown>).then === "function"
  );
}
