/**
 * The frames of v1: a profile of JSON-RPC 2.0. Unknown members are ignored everywhere
 * (`call:envelope:unknown-members`), so no type here forbids additional properties.
 */

/**
 * Names one call of one sender: a non-empty string of at most 128 code points, or an integer within
 * ±(2^53−1). Never null; `1` and `"1"` differ (`call:id:echo-type`).
 * @TJS-type ["string","integer"]
 * @minLength 1
 * @maxLength 128
 * @minimum -9007199254740991
 * @maximum 9007199254740991
 */
export type Id = string | number;

/**
 * The id of a response: its request's, or null where a refused frame names no call.
 * @TJS-type ["string","integer","null"]
 * @minLength 1
 * @maxLength 128
 * @minimum -9007199254740991
 * @maximum 9007199254740991
 */
export type ResponseId = Id | null;

/**
 * Exact and case-sensitive, at most 128 code points.
 * @maxLength 128
 */
export type MethodName = string;

/** Parameters by name; `_meta` is reserved and taken out before validation. */
export interface Params {
  _meta?: Meta;
  [name: string]: unknown;
}

/** What travels beside the parameters. */
export interface Meta {
  /** A W3C trace context header that the call continues. */
  traceparent?: string;
  [name: string]: unknown;
}

/** A call: answered by exactly one response. */
export interface Request {
  jsonrpc: "2.0";
  id: Id;
  method: MethodName;
  params?: Params;
}

/** A message without an id: never answered, never executes a method. */
export interface Notification {
  jsonrpc: "2.0";
  method: MethodName;
  params?: Params;
}

/** The answer of a call that succeeded; `result` may be any JSON value, null included. */
export interface SuccessResponse {
  jsonrpc: "2.0";
  id: Id;
  result: unknown;
}

/** The answer of a call that failed, or (with id null) the refusal of a frame that names no call. */
export interface ErrorResponse {
  jsonrpc: "2.0";
  id: ResponseId;
  error: ErrorObject;
}

/** What went wrong. `message` is for people; programs read `code` and `data.kind`. */
export interface ErrorObject {
  /**
   * JSON-RPC's reserved codes, ours from 1001 to 1011, or a host's own method's from 2000.
   * @TJS-type integer
   */
  code: number;
  message: string;
  /** For our own codes an object with a string `kind`; a method's own data passes through untouched. */
  data?: unknown;
}

/** The answer of a call, or the refusal of a frame. */
/** The one answer of a call. */
export type Response = SuccessResponse | ErrorResponse;
/** One protocol message: what stands between RS and LF. */
/** One protocol message. */
export type Frame = Request | Notification | Response;
