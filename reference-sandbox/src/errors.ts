/** Why a call or a query failed inside the sandbox, without an error from the host. */
export type LocalErrorCode =
  | "transport_lost"
  | "limit_exceeded"
  | "timeout"
  | "cancelled"
  | "invalid_response"
  | "not_serializable"
  | "not_open"
  | "not_available"
  | "sql_error"
  /** A file's content isn't what the script took it for. */
  | "invalid_file"
  /** Version 0 only: the host's text is the message. */
  | "host_error";

/** What a `SandpipeError` is made from. */
export interface Failure {
  /** A number came over the wire (JSON-RPC's, Sandpipe's or the host's own); a string arose in the sandbox. */
  readonly code: number | LocalErrorCode;
  readonly message: string;
  readonly data?: unknown;
  readonly cause?: unknown;
}

/**
 * The one error that `ctx` rejects with. `code` is a number when the host answered with an error, a string when the
 * sandbox failed the call itself; `data` is the host's own, untouched, or the local details
 * (`transport_lost`: `{mayHaveRun}`).
 */
export class SandpipeError extends Error {
  override readonly name = "SandpipeError";
  readonly code: number | LocalErrorCode;
  readonly data: unknown;

  constructor(failure: Failure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.code = failure.code;
    this.data = failure.data;
  }
}

/** What an unknown thrown value says. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "a value that can't be shown";
  }
}
