import type { Id } from "./frames.js";
import type { ScriptError, SessionEmitParams } from "./session.js";

/** What a host knows of a run when it has ended. */
export interface RunReport {
  /** `killed` only when the host killed it; another signal is `failed`. */
  outcome: "ok" | "failed" | "timeout" | "killed" | "protocol_error";
  exit: ExitStatus;
  /** The accepted result's value, when it said ok. */
  result?: unknown;
  /** The accepted result's error, or the host's own account, such as `spawn_failed`. */
  error?: ScriptError;
  /** Base64 of the output: raw stdout and captured prints in order of arrival, up to maxOutputBytes. */
  output: string;
  /** Base64 of stderr, likewise. */
  stderr: string;
  outputTruncated?: boolean;
  /**
   * All bytes of output that came, kept or not.
   * @TJS-type integer
   * @minimum 0
   */
  outputBytes?: number;
  stderrTruncated?: boolean;
  /**
   * @TJS-type integer
   * @minimum 0
   */
  stderrBytes?: number;
  emits: SessionEmitParams[];
  /** The first 100. */
  violations: Violation[];
  /**
   * @TJS-type integer
   * @minimum 0
   */
  violationCount?: number;
  /**
   * Bytes of oversized records, skipped and not kept.
   * @TJS-type integer
   * @minimum 0
   */
  skippedBytes?: number;
  /**
   * Requests received after the open, `session.*` not counted.
   * @TJS-type integer
   * @minimum 0
   */
  calls: number;
  /** How far it came. */
  phase?: "spawn" | "open" | "running" | "result";
  /** Its calls that are not idempotent; a host may list the first 10,000 only. */
  effects?: Effect[];
  /**
   * All of them, listed or not.
   * @TJS-type integer
   * @minimum 0
   */
  effectCount?: number;
  /** @minimum 0 */
  durationMs?: number;
  transport?: "stdio" | "http";
  /** What the isolation really was: `none`, or a word for what kept the script apart, such as `bwrap`. */
  isolation?: string;
}

/** How the process ended; both absent when it never started. */
export interface ExitStatus {
  /** @TJS-type integer */
  code?: number;
  signal?: string;
}

/** One breach of the protocol by the sandbox. */
export interface Violation {
  /** The requirement's id. */
  requirement: string;
  detail: string;
}

/** What became of a call that is not idempotent: done, failed, or unknown because its answer was lost. */
export interface Effect {
  id: Id;
  method: string;
  state: "done" | "failed" | "unknown";
}
