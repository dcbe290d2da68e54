import { SandpipeError, type Failure } from "../errors.js";

/** What went wrong in a database, before it is known where the script asked for it. */
export class DatabaseFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A place of the script, kept until it is known whether an error must point there. */
export type CallSite = { readonly stack?: string | undefined };

/** Remembers the script's line: everything above and including `entry` is left out of the stack. */
export function callSite(entry: (...parameters: never[]) => unknown): CallSite {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, entry);
  return site;
}

/** Makes the error that the script sees: its stack points to the script's own line, not into a driver. */
export function scriptError(cause: unknown, site: CallSite): SandpipeError {
  const error =
    cause instanceof SandpipeError
      ? cause
      : new SandpipeError(cause instanceof DatabaseFailure ? cause.failure : unexpected(cause));
  const frames = site.stack?.split("\n").filter((line) => /^\s*at |@/.test(line)) ?? [];
  error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
  return error;
}

function unexpected(cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: "sql_error", message, cause };
}
