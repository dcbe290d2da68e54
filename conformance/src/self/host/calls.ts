import { RPC_ERROR, RESPONSE_BACKLOG_BYTES, type Id, type Limits } from "@sandpipe/spec/v1";
import type { RunSession } from "@sandpipe/spec/control";
import { NO_DEVIATIONS, type Deviations } from "./deviations.js";
import { isId, type Named } from "./envelope.js";
import { kindError, MethodError, type CallEffect, type Method } from "./method.js";

/** What a response says. */
export type Answer = { readonly result: unknown } | { readonly error: ErrorBody };

export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** The calls of a session from their acceptance until their response is handed to the pipe. */
export interface Calls {
  readonly size: number;
  has(id: Id): boolean;
  accept(call: Accepted): void;
  cancel(id: Id): boolean;
  cancelAll(): void;
  /** Starts what waited for the backlog to shrink (`flow:responses:bounded`). */
  resume(): void;
  /** Aborts every handler and starts none any more. */
  abandon(): void;
  effects(): CallEffect[];
}

export interface Accepted {
  readonly id: Id;
  readonly method: Method;
  readonly params: Named;
  readonly text: string;
}

export interface CallsParts {
  readonly session: RunSession;
  readonly limits: Limits;
  readonly scratch: string;
  readonly deviations: Deviations;
  respond(id: Id, answer: Answer, handed: () => void): void;
  /** Bytes of responses that wait for the sandbox. */
  backlog(): number;
  /** A handler failed unexpectedly. */
  failed(): void;
}

interface Call extends Accepted {
  readonly controller: AbortController;
  deadline: NodeJS.Timeout | undefined;
  settled: boolean;
  started: boolean;
}

/** Over all sessions: some faults come once in so many calls, whoever made them. */
let answeredByAll = 0;

/** Creates the table of calls in flight. */
export function createCalls(parts: CallsParts): Calls {
  const { deviations, limits } = parts;
  const inFlight = new Map<unknown, Call>();
  const effects = new Map<Call, CallEffect>();
  let waiting: Call[] = [];
  let answered = 0;
  let running = 0;
  /** Ids of cancelled calls, of which only a fault keeps a history. */
  const cancelledIds = new Set<unknown>();
  // A Map keeps 1 and "1" apart (call:id:types-distinct).
  const keyOf = (id: Id): unknown => (deviations.has("ids-keyed-by-text") ? String(id) : id);

  const settle = (call: Call, answer: Answer): void => {
    if (call.settled && !deviations.has("cancelled-answered-twice")) return;
    call.settled = true;
    clearTimeout(call.deadline);
    const effect = effects.get(call);
    if (effect !== undefined) effect.state = "result" in answer ? "done" : "failed";
    const release = (): void => {
      if (
        deviations.has("failed-calls-stay-in-flight") &&
        "error" in answer &&
        !deviations.has("cancelled-unanswered")
      ) {
        if (inFlight.get(keyOf(call.id)) === call) {
          inFlight.delete(keyOf(call.id));
          inFlight.set(Symbol("leak"), call);
        }
      } else if (inFlight.get(keyOf(call.id)) === call && !deviations.has("finished-ids-refused"))
        inFlight.delete(keyOf(call.id));
    };
    answered++;
    if (deviations.has("cancelled-id-goes-silent") && cancelledIds.delete(keyOf(call.id))) return release();
    answeredByAll++;
    if (deviations.has("some-answers-lost") && answered % 10 === 0) return release();
    if (deviations.has("hundredth-answer-lost") && answeredByAll % 100 === 0) return release();
    parts.respond(call.id, answer, release);
    if (deviations.has("some-answers-doubled") && answered % 10 === 0)
      parts.respond(call.id, answer, release);
  };

  const start = (call: Call): void => {
    if (call.started || call.controller.signal.aborted) return;
    call.started = true;
    running++;
    const ended = (answer: Answer): void => {
      running--;
      settle(call, answer);
      resume();
    };
    try {
      const { session, scratch } = parts;
      const context = { session, limits, scratch, signal: call.controller.signal, text: call.text };
      const result = call.method.run(call.params, context);
      if (result instanceof Promise)
        result.then(
          (value: unknown) => ended({ result: value ?? null }),
          (cause: unknown) => ended({ error: errorBody(cause) }),
        );
      else ended({ result: result ?? null });
    } catch (cause) {
      ended({ error: errorBody(cause) });
    }
  };

  const errorBody = (cause: unknown): ErrorBody => {
    if (cause instanceof MethodError) {
      const { code, message, data } = cause;
      if (deviations.has("method-code-replaced") && code >= 2000)
        return { code: RPC_ERROR.internalError, message: "internal error" };
      if (data === undefined || (deviations.has("method-data-dropped") && code >= 2000))
        return { code, message };
      return { code, message, data };
    }
    parts.failed();
    const { internalError: code } = RPC_ERROR;
    if (deviations.has("failure-text-leaked")) return { code, message: (cause as Error).message };
    const message = "internal error";
    if (deviations.has("failure-stack-leaked"))
      return { code, message, data: { stack: (cause as Error).stack } };
    return { code, message };
  };

  const resume = (): void => {
    if (waiting.length === 0) return;
    const bound = limits.maxFrameBytes + RESPONSE_BACKLOG_BYTES;
    const free = (): boolean =>
      (deviations.has("starts-without-end") || parts.backlog() <= bound) &&
      !(deviations.has("serial-handling") && running > 0);
    while (waiting.length > 0 && free()) {
      const next = waiting.shift();
      if (next !== undefined) start(next);
    }
  };

  const cancel = (call: Call): void => {
    if (call.settled) return;
    if (deviations.has("cancelled-unanswered")) {
      call.settled = true;
      inFlight.delete(keyOf(call.id));
      return;
    }
    const cancelled = (): void =>
      settle(call, { error: toBody(kindError("cancelled", "the call was cancelled")) });
    if (deviations.has("cancel-waits-for-handler")) return;
    cancelled();
    // An abort after the answer: whatever the handler still says is dropped by `settled`.
    if (!deviations.has("cancelled-answered-twice")) call.controller.abort();
  };

  return {
    get size() {
      const held = [...inFlight.values()];
      return deviations.has("finished-ids-refused")
        ? held.filter((call) => !call.settled).length
        : held.length;
    },
    has: (id) => inFlight.has(keyOf(id)),
    accept(accepted) {
      const call: Call = {
        ...accepted,
        controller: new AbortController(),
        deadline: undefined,
        settled: false,
        started: false,
      };
      const late = (): void => {
        settle(call, { error: toBody(kindError("deadline_exceeded", "the call took too long")) });
        call.controller.abort();
      };
      if (!deviations.has("no-call-deadline")) call.deadline = setTimeout(late, limits.callTimeoutMs);
      inFlight.set(keyOf(call.id), call);
      if (!call.method.idempotent)
        effects.set(call, { id: call.id, method: call.method.name, state: "unknown" });
      waiting.push(call);
      if (deviations.has("cancel-misses-same-read")) setImmediate(resume);
      else resume();
    },
    cancel(id) {
      const call = inFlight.get(keyOf(id));
      if (call === undefined || call.settled) return false;
      if (deviations.has("cancel-misses-same-read") && !call.started) return true;
      cancel(call);
      cancelledIds.add(keyOf(id));
      if (deviations.has("cancel-by-text"))
        for (const other of inFlight.values()) if (String(other.id) === String(id)) cancel(other);
      return true;
    },
    cancelAll() {
      if (deviations.has("calls-run-on")) return;
      for (const call of inFlight.values()) cancel(call);
    },
    resume,
    abandon() {
      waiting = [];
      for (const call of inFlight.values()) {
        clearTimeout(call.deadline);
        call.settled = true;
        call.controller.abort();
      }
    },
    // A fault may take a call whose id no report can carry.
    effects: () => [...effects.values()].filter(({ id }) => isId(id, NO_DEVIATIONS)),
  };
}

/** The wire form of an error. */
export function toBody(error: MethodError): ErrorBody {
  const { code, message, data } = error;
  return data === undefined ? { code, message } : { code, message, data };
}
