import type { Id, SessionEmitParams, SessionProgressParams, Violation } from "@sandpipe/spec/v1";
import type { Transport } from "./channel.js";

/** A call as those see it who watch: the same object from its start to its answer. */
export interface WatchedCall {
  readonly id: Id;
  readonly method: { readonly name: string };
  /** On the session's clock, in milliseconds. */
  readonly startedAt: number;
  /** `params._meta.traceparent` as it came. */
  readonly traceparent: string | undefined;
}

/** Which way a frame went. */
export type Direction = "from-sandbox" | "to-sandbox";

/** What may be watched while a session runs. Each member is optional, and none may throw. */
export interface Observer {
  /** A piece of output or stderr, as it came. */
  print?(stream: "stdout" | "stderr", bytes: Uint8Array): void;
  /** How far the script says that it is. */
  progress?(progress: SessionProgressParams): void;
  /** A table, chart or picture that was accepted. */
  emit?(emit: SessionEmitParams): void;
  /** One of those that are listed. */
  violation?(violation: Violation): void;
  /** One more violation, listed or not. */
  violated?(): void;
  /** Text of each frame sent or record received, without RS and LF, credentials redacted. */
  frame?(direction: Direction, json: string, transport: Transport): void;
  /** Bytes of the transport itself: frames with RS and LF, prints between them, bodies of HTTP requests. */
  bytes?(direction: Direction, count: number): void;
  /** `session.open` was accepted. */
  opened?(transport: Transport): void;
  /** The handler of a call is about to start. */
  callStarted?(call: WatchedCall): void;
  /** Runs the handler: what it does then belongs to its call. */
  aroundHandler?<T>(call: WatchedCall, handle: () => T): T;
  /** A call that was started has its answer, an error with `code`. One without an answer at the end gets none. */
  callAnswered?(call: WatchedCall, code: number | undefined): void;
  /** A request got an error before it was a call. */
  requestRefused?(): void;
  /** Something that the host's user should know before it bites. */
  warning?(message: string): void;
  /** A handler failed in a way it didn't mean to; the peer gets no more than −32603. */
  handlerFailed?(method: string, error: unknown): void;
}
