import type { Fixture } from "@sandpipe/spec/control";
import type { ExitStatus, Limits, RunReport, ScriptError } from "@sandpipe/spec/v1";
import type { BytesPart } from "./vector.js";

/** A whole session as a host under test sees it: the vector plays the sandbox. */
export interface SessionVector {
  readonly id: string;
  readonly why: string;
  readonly subject: "host";
  readonly given: SessionGiven;
  readonly steps: readonly SessionStep[];
  readonly report: ExpectedReport;
  readonly requirements: readonly string[];
  /** Without it in the host, the vector doesn't apply. */
  readonly feature?: string;
  readonly flags?: readonly string[];
}

/** What the host is told before; absent limits are its own. */
export interface SessionGiven {
  readonly session: { readonly projectId: string; readonly conversationId?: string };
  readonly methods: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly fixture?: Fixture;
}

export type SessionStep =
  | { readonly write: readonly (BytesPart | { readonly frame: unknown })[] }
  /** Responses that come before the next step, in any order. */
  | { readonly expect: readonly ExpectedMessage[] }
  | { readonly exit: number }
  | { readonly signal: "SIGKILL" | "SIGTERM" };

/** A response: of `error` and its `data` only the members that are given count. */
export interface ExpectedMessage {
  readonly id: string | number | null;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message?: string;
    readonly data?: unknown;
  };
}

/** Members of the report that are judged. */
export interface ExpectedReport {
  readonly outcome: RunReport["outcome"];
  readonly exit?: ExitStatus;
  readonly result?: unknown;
  readonly error?: ScriptError;
  readonly output?: readonly BytesPart[];
  readonly stderr?: readonly BytesPart[];
  readonly violations?: number;
  readonly skippedBytes?: number;
}
