/**
 * The frames of v0: bare JSON lines, exactly as the founding document writes them. Unknown members are ignored
 * (`call:envelope:unknown-members`), so no type here forbids additional properties.
 */

/** A call, one line on the sandbox's stdout. */
export interface Request {
  /**
   * Names one call of one session, such as `req-1`.
   * @minLength 1
   */
  id: string;
  /**
   * Exact and case-sensitive.
   * @minLength 1
   */
  method: string;
  /** Parameters by name; absent where the method needs none. */
  params?: Params;
}

/** Parameters by name. */
export interface Params {
  [name: string]: unknown;
}

/** The answer of a call that succeeded, one line on the sandbox's stdin. `result` may be any JSON value. */
export interface SuccessResponse {
  /** @minLength 1 */
  id: string;
  result: unknown;
}

/** The answer of a call that failed, one line on the sandbox's stdin. */
export interface ErrorResponse {
  /** @minLength 1 */
  id: string;
  /** What went wrong, for people. */
  error: string;
}

export type Response = SuccessResponse | ErrorResponse;
