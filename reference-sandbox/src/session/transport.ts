import type { Failure } from "../errors.js";

/** What a frame is to a transport; the result is the request that goes only after every notification has arrived. */
export type FrameKind = "request" | "result" | "notification";

/** The one way to the host; chosen once, at start. The session knows nothing else of pipes or HTTP. */
export interface Transport {
  readonly name: "stdio" | "http";
  /** Calls that may wait for their answers at once, where the transport itself has a bound. */
  readonly maxInFlight?: number;
  /** Hands over one frame's JSON text, in order, whole. `id` is a request's own. */
  send(json: string, kind: FrameKind, id?: unknown): void;
  /** While held, waiting for the host keeps the process alive. */
  hold(alive: boolean): void;
  /** Sends all that waits before it returns; gives up after `maxMs` in which the host took nothing. */
  flushSync(maxMs: number): void;
  /** From here on everything leaves before `send` returns, as `flushSync`: the process is about to end. */
  setSynchronous(maxMs: number): void;
  setMaxFrameBytes(bytes: number): void;
}

/** What a transport tells the session. */
export interface TransportEvents {
  onFrame(frame: { readonly [member: string]: unknown }): void;
  /** One request failed and no frame will answer it; the others go on. */
  onFailed(id: unknown, failureOf: (method: string) => Failure): void;
  /** The way to the host is gone; called once. */
  onLost(reason: string): void;
}

/** A call whose transport broke: whether it may have run is what its author needs to know (`fallback:lost:may-have-run`). */
export function lostFailure(method: string, reason: string, mayHaveRun: boolean): Failure {
  const ran = mayHaveRun ? "it may have run" : "it has not run";
  return { code: "transport_lost", message: `${method}: ${reason}; ${ran}`, data: { mayHaveRun } };
}
