import type { Limits } from "@sandpipe/spec/v1";
import type { WireObject } from "../../wire/decode.js";
import type { Deviations } from "./deviations.js";
import { SandboxError } from "./sandbox-error.js";

/** The calls of one session. Pure but for the timers that it is given. */
export interface Session {
  call(method: string, params: unknown, options?: CallOptions): Promise<unknown>;
  notify(method: string, params: Readonly<Record<string, unknown>>): void;
  /** Takes a response; one that names no call of this session is ignored. */
  settle(response: WireObject): void;
  /** Fails the one call of this id with `transport_lost`, where there is one. */
  loseOne(id: unknown): void;
  /** Fails every pending call with `transport_lost`, and every later one. */
  lose(): void;
  limits: Limits;
  /** Calls that have no answer yet, sent or queued. */
  readonly pending: number;
  /** Frames of calls that were sent and not answered. */
  unanswered(): readonly Frame[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

type Frame = Readonly<Record<string, unknown>>;

interface Call {
  readonly frame: Frame;
  readonly id: string | number;
  sent: boolean;
  settled: boolean;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface SessionParts {
  readonly limits: Limits;
  readonly deviations: Deviations;
  /** Writes a frame. */
  send(frame: Frame): void;
  /** Bytes that a frame takes between RS and LF, and how deep it nests. */
  sizeOf(frame: Frame): number;
  depthOf(frame: Frame): number;
  /** Ends the process: what faults do where they crash. */
  crash(reason: string): void;
  /** Something began or ended to be pending. */
  changed(): void;
}

/** Creates a session's table of calls. */
export function createSession(parts: SessionParts): Session {
  const { deviations, send } = parts;
  /** Sent and unanswered: a cancelled call keeps its slot until the host has answered (`limit:in-flight:queued`). */
  const unanswered = new Map<string | number, Call>();
  let queue: Call[] = [];
  const free: (string | number)[] = [];
  let serial = deviations.has("integer-ids") ? -3 : 0;
  let lost = false;
  /** Of what came before only faults take account: the last answer where it was an error, and an answer too late. */
  let afterError: WireObject | undefined;
  let lateSeen = false;

  const nextId = (): string | number => {
    const reused = deviations.has("ids-reused") ? free.pop() : undefined;
    if (reused !== undefined) return reused;
    serial++;
    return deviations.has("integer-ids") ? serial : `c${serial}`;
  };
  const room = (): boolean => {
    const spare = deviations.has("one-too-many-in-flight") ? 1 : 0;
    return deviations.has("unlimited-in-flight") || unanswered.size < session.limits.maxInFlight + spare;
  };
  const pump = (): void => {
    while (queue.length > 0 && room()) {
      const call = queue.shift() as Call;
      call.sent = true;
      unanswered.set(call.id, call);
      if (deviations.has("extra-notifications")) send({ method: "x.trace", params: { of: "nobody" } });
      send(call.frame);
    }
    parts.changed();
  };
  const finish = (call: Call, outcome: () => void): void => {
    if (call.settled) return;
    call.settled = true;
    outcome();
  };
  const lostError = (call: Call): Error => {
    if (deviations.has("pending-fail-generic")) return new Error("the host has gone");
    const message = call.sent
      ? "the host has gone; the call may have run: look before you repeat it"
      : "the host has gone before the call was sent: it did not run";
    if (deviations.has("lost-without-cause")) return new SandboxError("transport_lost", message);
    const mayHaveRun = call.sent && !deviations.has("lost-always-unsent");
    return new SandboxError("transport_lost", message, { kind: "transport_lost", mayHaveRun });
  };

  const session: Session = {
    limits: parts.limits,
    get pending() {
      return unanswered.size + queue.length;
    },
    unanswered: () => [...unanswered.values()].map((call) => call.frame),
    notify(method, params) {
      send({ method, params });
    },
    call(method, params, options = {}) {
      return new Promise((resolve, reject) => {
        const id = nextId();
        const frame = { id, method, params };
        const call: Call = { frame, id, sent: false, settled: false, resolve, reject };
        const tooLarge = parts.sizeOf(frame) > session.limits.maxFrameBytes;
        if (tooLarge && deviations.has("large-call-hangs")) return;
        if (tooLarge && !deviations.has("large-call-sent")) {
          const message = `the call is larger than a frame of ${session.limits.maxFrameBytes} bytes: send less`;
          return reject(new SandboxError("limit_exceeded", message, { kind: "limit_exceeded" }));
        }
        if (parts.depthOf(frame) > session.limits.maxDepth && !deviations.has("deep-call-sent"))
          return reject(tooDeep(session.limits.maxDepth));
        if (lost) return reject(lostError(call));
        if (deviations.has("calls-beyond-64-lost") && unanswered.size + queue.length >= 64) return;
        guard(call, options);
        queue.push(call);
        pump();
      });
    },
    settle(response) {
      const id = response["id"];
      const oldest = (): Call | undefined => unanswered.values().next().value;
      let call = typeof id === "string" || typeof id === "number" ? unanswered.get(id) : undefined;
      if (deviations.has("answers-by-order") && call !== undefined) call = oldest();
      if (call === undefined) {
        const known = settledIds.has(id);
        if (known && deviations.has("second-answer-fatal")) parts.crash("an answer came twice");
        if (known && deviations.has("second-answer-shifts")) call = oldest();
        if (!known && id !== null && deviations.has("unknown-id-fatal")) parts.crash("an unknown id");
        if (!known && id !== null && deviations.has("unknown-id-closes")) session.lose();
        if (call === undefined) return;
      }
      if (call.settled && timedOut.has(call.id) && deviations.has("late-answer-fatal"))
        parts.crash("a late answer");
      const settled = call;
      lateSeen ||= settled.settled;
      const repeats = response["result"] === null && deviations.has("null-after-error-rejects");
      const outcome = outcomeOf((repeats && afterError) || response, settled, deviations);
      afterError = Object.hasOwn(response, "error") ? response : undefined;
      if (outcome === undefined) return;
      unanswered.delete(settled.id);
      if (deviations.has("second-answer-fatal") || deviations.has("second-answer-shifts"))
        settledIds.add(settled.id);
      free.push(settled.id);
      finish(settled, outcome);
      pump();
    },
    loseOne(id) {
      const call = typeof id === "string" || typeof id === "number" ? unanswered.get(id) : undefined;
      if (call === undefined) return;
      unanswered.delete(call.id);
      finish(call, () => call.reject(lostError(call)));
      pump();
    },
    lose() {
      lost = true;
      const calls = [...unanswered.values(), ...queue];
      unanswered.clear();
      queue = [];
      if (deviations.has("pending-never-settle")) return;
      for (const call of calls) finish(call, () => call.reject(lostError(call)));
    },
  };

  // Only faults look at what has ended: a receiver needs no history.
  const settledIds = new Set<unknown>();
  const timedOut = new Set<string | number>();

  const guard = (call: Call, options: CallOptions): void => {
    const abandon = (error: Error): void => {
      if (call.settled) return;
      if (!call.sent) queue = queue.filter((entry) => entry !== call);
      else if (
        !deviations.has("abort-not-sent") &&
        !(lateSeen && deviations.has("abort-not-sent-after-late"))
      ) {
        const id = deviations.has("abort-wrong-id") ? [...unanswered.keys()].at(-1) : call.id;
        send({ method: "session.cancel", params: { id } });
      }
      if (deviations.has("abort-never-rejects")) return;
      finish(call, () => call.reject(error));
    };
    const aborted = (): void => abandon(new SandboxError("cancelled", "the call's signal was aborted"));
    if (options.signal?.aborted === true) return aborted();
    options.signal?.addEventListener("abort", aborted, { once: true });
    const { timeoutMs } = options;
    if (timeoutMs === undefined || timeoutMs === 0 || deviations.has("timeout-ignored")) return;
    const timer = setTimeout(() => {
      timedOut.add(call.id);
      abandon(new SandboxError("timeout", `the host has not answered within ${timeoutMs} ms`));
    }, timeoutMs);
    const { resolve, reject } = call;
    call.resolve = (value) => (clearTimeout(timer), resolve(value));
    call.reject = (error) => (clearTimeout(timer), reject(error));
  };
  return session;
}

/** What a response does to its call; undefined where a fault ignores it. */
function outcomeOf(response: WireObject, call: Call, deviations: Deviations): (() => void) | undefined {
  if (response["jsonrpc"] !== "2.0" && !deviations.has("jsonrpc-unchecked")) return malformed(call);
  if (deviations.has("strict-answers") && hasMore(response, ["jsonrpc", "id", "result", "error"]))
    return malformed(call);
  const hasResult = Object.hasOwn(response, "result");
  const hasError = Object.hasOwn(response, "error");
  if (hasResult && hasError && !deviations.has("both-succeed")) return malformed(call);
  if (hasResult) {
    const result = response["result"];
    if (result === null && deviations.has("null-result-hangs")) return undefined;
    if (result === null && deviations.has("null-result-fails"))
      return () => call.reject(new SandboxError("error", "no result"));
    return () => call.resolve(result);
  }
  const error = response["error"];
  if (!hasError && deviations.has("neither-ignored")) return undefined;
  const { code, message, data } = Object(error) as { code?: unknown; message?: unknown; data?: unknown };
  if (deviations.has("strict-errors") && hasMore(Object(error), ["code", "message", "data"]))
    return malformed(call);
  const told = Number.isInteger(code) && typeof message === "string";
  if (hasError && !told && deviations.has("odd-error-ignored")) return undefined;
  if (!hasError || !told) return malformed(call);
  if (deviations.has("error-as-text")) return () => call.reject(new Error(String(error)));
  const kept = deviations.has("error-data-dropped") ? undefined : data;
  return () => call.reject(new SandboxError(code as number, String(message), kept));
}

function hasMore(value: object, known: readonly string[]): boolean {
  return Object.keys(value).some((name) => !known.includes(name));
}

/** What a call or emit fails with that would be refused under no id (`limit:send:depth-fails-locally`). */
export function tooDeep(maxDepth: number): SandboxError {
  const message = `it nests deeper than ${maxDepth} levels: send it as text, or flatter`;
  return new SandboxError("limit_exceeded", message, { kind: "limit_exceeded" });
}

function malformed(call: Call): () => void {
  const message = "the host's answer has neither or both of result and error, or an error without a code";
  return () => call.reject(new SandboxError("malformed_answer", message));
}
