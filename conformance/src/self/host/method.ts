import { ERROR_CODE, RPC_ERROR, type ErrorKind, type Limits, type RunReport } from "@sandpipe/spec/v1";
import type { RunSession } from "@sandpipe/spec/control";
import type { Named } from "./envelope.js";

/** One callable method of the kit's own host. */
export interface Method {
  readonly name: string;
  readonly idempotent: boolean;
  /** Whether params, `_meta` taken out, are as the method wants them. */
  accepts(params: unknown): boolean;
  run(params: Named, context: CallContext): unknown;
}

/** What a handler knows of its call. */
export interface CallContext {
  readonly session: RunSession;
  readonly limits: Limits;
  /** Absolute path of the session's folder. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  /** The frame's text, for a fault that reads a member twice. */
  readonly text: string;
}

/** An error that reaches the sandbox as it is. */
export class MethodError extends Error {
  override readonly name = "MethodError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** One of Sandpipe's own errors, with its kind (`error:kind:present`). */
export function kindError(kind: ErrorKind, message: string): MethodError {
  return new MethodError(ERROR_CODE[kind], message, { kind });
}

/** Params that a handler found wrong. */
export function badParams(message: string): MethodError {
  return new MethodError(RPC_ERROR.invalidParams, message);
}

/** What a call is to the report. */
export type CallEffect = NonNullable<RunReport["effects"]>[number];
