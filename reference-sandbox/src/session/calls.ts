import { MINIMUM_LIMITS, type Limits } from "@sandpipe/spec/v1";
import { messageOf, type Failure } from "../errors.js";
import { toWellFormedJson } from "../wire/well-formed.js";
import { checkFrame } from "./check-frame.js";
import type { Clock } from "./clock.js";
import { DIALECT, type Dialect } from "./dialect.js";
import { lostFailure, type FrameKind, type Transport } from "./transport.js";

/** How one call is made. */
export interface CallOptions {
  /** Aborting it cancels the call at the host and rejects it at once. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds from the call until it rejects with `timeout`; 0 is none. Default: the host's callTimeoutMs plus
   * graceMs from when it was sent, so that the host's own `deadline_exceeded` comes first.
   */
  readonly timeoutMs?: number | undefined;
}

/** How a call ended. */
export type CallOutcome = { readonly result: unknown } | { readonly failure: Failure };

/** The calls of one session: correlation, queue, deadlines. */
export interface Calls {
  call(method: string, params: unknown, options: CallOptions): Promise<CallOutcome>;
  /** A request of the session itself: goes ahead of the queue and has no deadline. */
  callUrgently(method: string, params: unknown, kind: FrameKind): Promise<CallOutcome>;
  /** A response, as it came. */
  settle(response: { readonly [member: string]: unknown }): void;
  /** A call that no response will come for, while the others go on. */
  fail(id: unknown, failureOf: (method: string) => Failure): void;
  /** The host's own limits hold from here on, and the queue moves. */
  open(limits: Limits): void;
  /** Fails everything that waits, once, and everything later. */
  loseAll(reason: string): void;
}

/** What calls need. */
export interface CallsParts {
  readonly clock: Clock;
  readonly transport: Pick<Transport, "send" | "hold" | "maxInFlight">;
  readonly pipelined: boolean;
  /** Default: version 1. */
  readonly dialect?: Dialect;
}

interface Call {
  readonly id: number | string;
  readonly method: string;
  readonly json: string;
  /** Undefined once the caller has its outcome; a call in flight then only waits for its response. */
  resolve: ((outcome: CallOutcome) => void) | undefined;
  readonly ownDeadline: boolean;
  detach: (() => void) | undefined;
  sentAt: number;
  /** When the slot of an abandoned call is free though no response came. */
  freeAt: number;
}

const LONGEST_TIMER_MS = 2_147_483_647;

/** Creates the bookkeeping of calls. */
export function createCalls({ clock, transport, pipelined, dialect = DIALECT }: CallsParts): Calls {
  // `call:concurrent:many`
  const inFlight = new Map<unknown, Call>();
  let queue: Call[] = [];
  let queueHead = 0;
  let lastId = 0;
  let waiting = 0;
  let limits: Limits | undefined;
  let lost: string | undefined;
  let sweeping = false;

  const finish = (call: Call, outcome: CallOutcome): void => {
    const { resolve } = call;
    if (resolve === undefined) return; // call:correlate:settles-once
    call.resolve = undefined;
    call.detach?.();
    call.detach = undefined;
    if (--waiting === 0) transport.hold(false);
    resolve(outcome);
  };

  const send = (call: Call, kind: FrameKind = "request"): void => {
    call.sentAt = clock.now();
    inFlight.set(call.id, call);
    transport.send(call.json, kind, call.id);
    sweepLater();
  };

  const mostInFlight = (): number =>
    Math.min((limits ?? MINIMUM_LIMITS).maxInFlight, transport.maxInFlight ?? Infinity);

  const pump = (): void => {
    while (queueHead < queue.length) {
      const call = queue[queueHead] as Call;
      if (call.resolve !== undefined) {
        // `session:open:zero-rtt`
        if (limits === undefined && !pipelined) return;
        if (inFlight.size >= mostInFlight()) return; // limit:in-flight:queued
        const failure = checkFrame(call.json, call.method, limits ?? MINIMUM_LIMITS);
        if (failure === undefined) send(call);
        else if (limits === undefined)
          return; // The host's own limit may be wide enough.
        else finish(call, { failure });
      }
      queueHead++;
    }
    queue = [];
    queueHead = 0;
  };

  /** The caller waits no longer; the host is told, and the slot stays taken until it answers. */
  const abandon = (call: Call, failure: Failure, reason: string): void => {
    finish(call, { failure });
    if (!inFlight.has(call.id)) return;
    const { callTimeoutMs, graceMs } = limits ?? { callTimeoutMs: 0, graceMs: 0 };
    call.freeAt = Math.max(call.sentAt + callTimeoutMs, clock.now()) + graceMs;
    // `cancel:signal:sent`
    const cancel = dialect.cancel(call.id, reason);
    if (cancel !== undefined) transport.send(cancel, "notification");
  };

  const sweepLater = (): void => {
    if (sweeping || limits === undefined || limits.callTimeoutMs > LONGEST_TIMER_MS / 2) return;
    sweeping = true;
    const period = Math.min(1_000, Math.max(10, (limits.callTimeoutMs + limits.graceMs) / 16));
    clock.after(period, () => {
      sweeping = false;
      sweep();
      if (inFlight.size > 0) sweepLater();
    });
  };

  const sweep = (): void => {
    if (limits === undefined) return;
    const now = clock.now();
    const patience = limits.callTimeoutMs + limits.graceMs;
    for (const call of inFlight.values()) {
      if (call.resolve === undefined) {
        if (now >= call.freeAt) inFlight.delete(call.id);
      } else if (!call.ownDeadline && now >= call.sentAt + patience)
        abandon(call, timeoutFailure(call.method, patience), "timeout");
    }
    pump();
  };

  const prepare = (method: string, params: unknown, ownDeadline: boolean): Call => {
    const id = dialect.id(++lastId);
    const json = dialect.request(id, method, params === undefined ? undefined : toWellFormedJson(params));
    return {
      id,
      method,
      json,
      resolve: undefined,
      ownDeadline,
      detach: undefined,
      sentAt: 0,
      freeAt: Infinity,
    };
  };

  const wait = (call: Call): Promise<CallOutcome> => {
    if (waiting++ === 0) transport.hold(true);
    return new Promise((resolve) => (call.resolve = resolve));
  };

  /** Never in the same turn: a script that retries for ever must not starve the loop that ends it. */
  const loseLater = (method: string, reason: string): Promise<CallOutcome> =>
    new Promise((resolve) => {
      clock.after(0, () => resolve({ failure: lostFailure(method, reason, false) }));
    });

  return {
    call(method, params, { signal, timeoutMs }) {
      if (timeoutMs !== undefined && !(timeoutMs >= 0))
        throw new TypeError(`timeoutMs is ${timeoutMs}: use milliseconds, or 0 for none`);
      if (lost !== undefined) return loseLater(method, lost);
      if (signal?.aborted === true) return Promise.resolve({ failure: cancelledFailure(method, signal) });
      let call: Call;
      try {
        call = prepare(method, params, timeoutMs !== undefined);
      } catch (cause) {
        const message = `the params of ${method} can't be sent as JSON: ${messageOf(cause)}`;
        return Promise.resolve({ failure: { code: "not_serializable", message, cause } });
      }
      const outcome = wait(call);
      if (
        signal !== undefined ||
        (timeoutMs !== undefined && timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS)
      ) {
        const onAbort = (): void => abandon(call, cancelledFailure(method, signal), "cancelled");
        signal?.addEventListener("abort", onAbort);
        // `cancel:timeout:local`
        const stopTimer = timeoutMs
          ? clock.after(timeoutMs, () => abandon(call, timeoutFailure(method, timeoutMs), "timeout"))
          : undefined;
        call.detach = () => {
          signal?.removeEventListener("abort", onAbort);
          stopTimer?.();
        };
      }
      queue.push(call);
      pump();
      return outcome;
    },
    callUrgently(method, params, kind) {
      if (lost !== undefined) return loseLater(method, lost);
      const call = prepare(method, params, true);
      const failure = checkFrame(call.json, method, limits ?? MINIMUM_LIMITS);
      if (failure !== undefined) return Promise.resolve({ failure });
      // Abandoned by their script: cancelled, so that this one is not refused as one too many.
      if (inFlight.size >= mostInFlight())
        for (const other of inFlight.values())
          if (other.resolve !== undefined)
            abandon(other, cancelledFailure(other.method, undefined), "script ended");
      const outcome = wait(call);
      send(call, kind);
      return outcome;
    },
    settle(response) {
      // `call:correlate:own-answer`
      const call = inFlight.get(response["id"]);
      if (call === undefined) return; // call:correlate:unknown-ignored
      inFlight.delete(call.id);
      if (call.resolve !== undefined) finish(call, dialect.outcomeOf(call.method, response));
      if (queueHead < queue.length) pump();
    },
    fail(id, failureOf) {
      const call = inFlight.get(id);
      if (call === undefined) return;
      inFlight.delete(call.id);
      finish(call, { failure: failureOf(call.method) });
      pump();
    },
    open(told) {
      limits = told;
      pump();
      if (inFlight.size > 0) sweepLater();
    },
    loseAll(reason) {
      lost = reason;
      const queued = queue.slice(queueHead);
      const sent = [...inFlight.values()];
      queue = [];
      queueHead = 0;
      inFlight.clear();
      // `life:eof:pending-fail-once`, `fallback:resend:never`
      for (const call of sent) finish(call, { failure: lostFailure(call.method, reason, true) });
      for (const call of queued) finish(call, { failure: lostFailure(call.method, reason, false) });
    },
  };
}

function timeoutFailure(method: string, ms: number): Failure {
  const message = `${method} got no answer within ${ms} ms: it may still run; pass a longer timeoutMs, or 0 for none`;
  return { code: "timeout", message, data: { timeoutMs: ms } };
}

function cancelledFailure(method: string, signal: AbortSignal | undefined): Failure {
  const cause: unknown = signal?.reason;
  return { code: "cancelled", message: `${method} was cancelled by the script`, cause };
}
