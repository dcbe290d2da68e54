import type { SessionEmitParams, SessionProgressParams, Violation } from "@sandpipe/spec/v1";

/** What may be watched while a session runs. Each member is optional, and none may throw. */
export interface Observer {
  /** A piece of output or stderr, as it came. */
  print?(stream: "stdout" | "stderr", bytes: Uint8Array): void;
  progress?(progress: SessionProgressParams): void;
  emit?(emit: SessionEmitParams): void;
  violation?(violation: Violation): void;
  /** Text between RS and LF of each frame sent or record received, credentials redacted. */
  frame?(direction: "from-sandbox" | "to-sandbox", json: string): void;
  /** Something that the host's user should know before it bites. */
  warning?(message: string): void;
  /** A handler failed in a way it didn't mean to; the peer gets no more than −32603. */
  handlerFailed?(method: string, error: unknown): void;
}
