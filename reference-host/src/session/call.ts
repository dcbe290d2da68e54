import type { Effect, Id, Limits, Params, SessionInfo } from "@sandpipe/spec/v1";
import { successOverhead } from "../frames/write-frame.js";
import type { CallContext, Method } from "../methods/method.js";
import type { Channel } from "./channel.js";

/** What all calls of a session share. */
export interface CallSurroundings {
  readonly session: SessionInfo;
  readonly limits: Limits;
  readonly scratch: string;
}

/** Where a call stands: accepted but not started, started, or answered with its answer still on the way. */
export type CallState = "waiting" | "running" | "answered";

/** One accepted call. What a handler may not need (signal, sizes) is made only when asked for. */
export class Call implements CallContext {
  readonly id: Id;
  readonly method: Method;
  readonly params: Params;
  /** Where its answer goes. */
  readonly channel: Channel;
  readonly #surroundings: CallSurroundings;
  state: CallState = "waiting";
  startedAt = 0;
  readonly traceparent: string | undefined;
  /** When it must be answered at the latest, on the session's clock. */
  deadline = Infinity;
  effect: Effect | undefined;
  #controller: AbortController | undefined;
  #aborted = false;

  constructor(
    id: Id,
    method: Method,
    params: Params,
    channel: Channel,
    surroundings: CallSurroundings,
    traceparent: string | undefined,
  ) {
    this.id = id;
    this.method = method;
    this.params = params;
    this.channel = channel;
    this.#surroundings = surroundings;
    this.traceparent = traceparent;
  }

  get session(): SessionInfo {
    return this.#surroundings.session;
  }

  get limits(): Limits {
    return this.#surroundings.limits;
  }

  get scratch(): string {
    return this.#surroundings.scratch;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort();
    return this.#controller.signal;
  }

  get maxResultBytes(): number {
    return this.limits.maxFrameBytes - successOverhead(this.id);
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort();
  }
}
