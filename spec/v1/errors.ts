import type { Id } from "./frames.js";

/** JSON-RPC 2.0's own error codes, with their meaning there. */
export const RPC_ERROR = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
} as const;

/** Sandpipe's error codes by their `data.kind`. They lie outside JSON-RPC's reserved range and never change. */
export const ERROR_CODE = {
  session_not_open: 1001,
  unsupported_protocol: 1002,
  not_found: 1003,
  out_of_scope: 1004,
  limit_exceeded: 1005,
  busy: 1006,
  cancelled: 1007,
  deadline_exceeded: 1008,
  duplicate_id: 1009,
  unavailable: 1010,
  unauthorized: 1011,
} as const;

/** The string that a Sandpipe error carries as `data.kind`. */
export type ErrorKind = keyof typeof ERROR_CODE;

/** The lowest code that belongs to a host's own methods; it passes through untouched. */
export const FIRST_METHOD_ERROR_CODE = 2000;

/** `data` of a Sandpipe error. */
export interface ErrorData {
  kind: ErrorKind;
  /** The id of a frame that was refused while its id was in flight. */
  id?: Id;
  /**
   * With `unsupported_protocol`: the versions that the host speaks.
   * @itemType integer
   */
  supported?: number[];
  [name: string]: unknown;
}
