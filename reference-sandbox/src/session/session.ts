import { SessionOpenResult as isSessionOpenResult } from "#validators";
import {
  MINIMUM_LIMITS,
  PROTOCOL,
  type Limits,
  type RuntimeInfo,
  type SessionOpenResult,
  type SessionResultParams,
} from "@sandpipe/spec/v1";
import { messageOf, type Failure } from "../errors.js";
import { toWellFormedJson } from "../wire/well-formed.js";
import { checkFrame } from "./check-frame.js";
import { createCalls, type CallOptions, type CallOutcome } from "./calls.js";
import type { Clock } from "./clock.js";
import type { Transport, TransportEvents } from "./transport.js";

/** One run of one script, seen from the script's side of the wire. */
export interface Session {
  /** Settles when the host has answered `session.open`; never rejects. */
  readonly opened: Promise<Opened>;
  /** What the host said, once it did. */
  readonly info: SessionOpenResult | undefined;
  readonly limits: Pick<Limits, "maxFrameBytes" | "maxInFlight" | "maxDepth">;
  /** Aborts when the session is told to stop, or loses its host. */
  readonly signal: AbortSignal;
  /** Sends `session.open`; the first frame of all (`session:open:sent-first`). */
  open(runtime: RuntimeInfo, features: readonly string[]): void;
  /** One call; the outcome never rejects, so that the caller can throw where the author's stack is. */
  call(method: string, params: unknown, options: CallOptions): Promise<CallOutcome>;
  /** Sends a notification. Returns why not when it would not fit. */
  notify(method: string, params: unknown): Failure | undefined;
  /** Sends `session.result` once; settles when the host has acknowledged it. */
  finish(result: SessionResultParams): Promise<FinishOutcome>;
  /** Ends everything that waits: pending calls fail, the signal aborts. */
  stop(reason: string): void;
}

/** How `session.open` went. */
export type Opened =
  | { readonly ok: true; readonly result: SessionOpenResult }
  | { readonly ok: false; readonly reason: string; readonly lost: boolean };

/** `lost` when the host left before it acknowledged; `refused` when the result's frame would not fit or was refused. */
export type FinishOutcome = "acknowledged" | "lost" | Failure;

/** What a session is made of. */
export interface SessionParts {
  readonly clock: Clock;
  readonly createTransport: (events: TransportEvents) => Transport;
  /** Whether calls may be sent before the answer of `session.open`: only where no fallback can follow. */
  readonly pipelined: boolean;
  /** `session.close`, or the end of the transport. */
  readonly onStop: (cause: "closed" | "lost", reason: string) => void;
}

/** Creates the session; nothing is sent before `open`. */
export function createSession({ clock, createTransport, pipelined, onStop }: SessionParts): Session {
  const abort = new AbortController();
  let limits: Session["limits"] = MINIMUM_LIMITS;
  let info: SessionOpenResult | undefined;
  let stopped = false;
  let early: (readonly [method: string, params: unknown])[] = [];
  let resolveOpened: (opened: Opened) => void = () => {};
  const opened = new Promise<Opened>((resolve) => (resolveOpened = resolve));

  const transport = createTransport({
    onFailed: (id, failureOf) => calls.fail(id, failureOf),
    onFrame(frame) {
      if (frame["id"] !== undefined && frame["method"] === undefined) calls.settle(frame);
      else if (frame["method"] === "session.close" && frame["id"] === undefined) closed(frame["params"]);
      // `call:request:from-host-ignored`
      // Anything else is for a newer sandbox (`session:notification:unknown-ignored`).
    },
    onLost(reason) {
      const before = info === undefined;
      stop(reason);
      if (before) resolveOpened({ ok: false, reason, lost: true });
      onStop("lost", reason);
    },
  });

  const calls = createCalls({ clock, transport, pipelined });

  const closed = (params: unknown): void => {
    const told = (params as { reason?: unknown } | undefined)?.reason;
    const reason =
      typeof told === "string" ? `the host closed the session: ${told}` : "the host closed the session";
    stop(reason);
    onStop("closed", reason);
  };

  const stop = (reason: string): void => {
    if (stopped) return;
    stopped = true;
    calls.loseAll(reason);
    abort.abort(new Error(reason));
  };

  const takeOpenAnswer = (outcome: CallOutcome): void => {
    if ("failure" in outcome) {
      if (!stopped) resolveOpened({ ok: false, reason: outcome.failure.message, lost: false });
      return;
    }
    if (!isSessionOpenResult(outcome.result)) {
      const fault = isSessionOpenResult.errors?.[0];
      const where = `result${fault?.instancePath ?? ""} ${fault?.message ?? ""}`;
      resolveOpened({
        ok: false,
        reason: `the host's answer to session.open is invalid: ${where}`,
        lost: false,
      });
      return;
    }
    if (outcome.result.protocol !== PROTOCOL) {
      const reason = `the host answered session.open with protocol ${outcome.result.protocol}, not ${PROTOCOL}`;
      resolveOpened({ ok: false, reason, lost: false });
      return;
    }
    info = outcome.result;
    limits = info.limits;
    transport.setMaxFrameBytes(limits.maxFrameBytes);
    calls.open(info.limits);
    for (const [method, params] of early) notify(method, params);
    early = [];
    resolveOpened({ ok: true, result: info });
  };

  const notify: Session["notify"] = (method, params) => {
    // Before the open the host would drop it (session:open:first).
    if (info === undefined) {
      early.push([method, params]);
      return undefined;
    }
    let json: string | undefined;
    try {
      json = toWellFormedJson({ jsonrpc: "2.0", method, params }) ?? "";
    } catch (cause) {
      return { code: "not_serializable", message: `${method} can't be sent: ${messageOf(cause)}`, cause };
    }
    const failure = checkFrame(json, method, limits);
    if (failure === undefined) transport.send(json, "notification");
    return failure;
  };

  return {
    opened,
    get info() {
      return info;
    },
    get limits() {
      return limits;
    },
    signal: abort.signal,
    open(runtime, features) {
      const params = { protocol: PROTOCOL, runtime, features };
      void calls.callUrgently("session.open", params, "request").then(takeOpenAnswer);
      transport.flushSync(0);
    },
    call: (method, params, options) => calls.call(method, params, options),
    notify,
    async finish(result) {
      const outcome = await calls.callUrgently("session.result", result, "result");
      if (!("failure" in outcome)) return "acknowledged";
      return outcome.failure.code === "transport_lost" ? "lost" : outcome.failure;
    },
    stop,
  };
}
