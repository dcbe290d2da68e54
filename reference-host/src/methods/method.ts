import type { Feature, Id, Limits, SessionInfo } from "@sandpipe/spec/v1";
import type { Validator } from "#validators";

/** What a handler is told about its call. */
export interface CallContext {
  readonly id: Id;
  readonly session: SessionInfo;
  readonly limits: Limits;
  /** Absolute path of the session's scratch folder, removed at the session's end. */
  readonly scratch: string;
  /** Aborted when the call is cancelled, runs into its deadline, or the session ends. */
  readonly signal: AbortSignal;
  /** Bytes that the result's JSON text may have so that its response fits one frame. */
  readonly maxResultBytes: number;
}

/** A JSON Schema, draft-07. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** What may be told of a method before any session is there. */
export interface MethodDescription {
  readonly name: string;
  readonly idempotent?: boolean;
  readonly description?: string;
  /** Params without `_meta`. */
  readonly params?: JsonSchema;
  readonly result?: JsonSchema;
}

/**
 * One method that a sandbox may be allowed to call. A handler that returns no promise is answered in the same
 * turn. What it throws: a {@link MethodError} crosses the wire as it is, anything else becomes a neutral −32603
 * (`error:internal:no-leak`).
 */
export interface Method<P = unknown, R = unknown> extends MethodDescription {
  /** Whether a second execution changes nothing; calls of the others are listed in the report's effects. */
  readonly idempotent: boolean;
  /** The optional feature that it belongs to. */
  readonly feature?: Feature;
  /** Judges params without `_meta`; false answers −32602 with the faults that it leaves in `errors`. */
  readonly validate: Validator<P>;
  /** Does the work, on params that `validate` has taken. */
  handle(params: P, context: CallContext): R | Promise<R>;
}

/** The methods of one session, with whatever they keep for it. */
export interface SessionMethods {
  readonly methods: readonly Method[];
  /** Called once, when the session has ended and no handler will be started any more. */
  dispose(): void | Promise<void>;
}

/** Makes the methods of a session; called once per session, before its process is spawned. */
export interface MethodSource {
  /** `inputs`, of an isolated session, is a folder of the host's that the script sees read-only. */
  (session: SessionInfo, scratch: string, inputs?: string): SessionMethods;
  /** Which methods it makes, for the host's OpenRPC document; those of the contract by their names alone. */
  readonly describes?: readonly MethodDescription[];
}

/** An error that crosses the wire as it is: code, message and data. A cause stays with the host, which reports it. */
export class MethodError extends Error {
  override readonly name = "MethodError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }
}
