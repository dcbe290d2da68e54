import { toWellFormedJson } from "../wire/well-formed.js";
import type { CallOutcome } from "./calls.js";

/** How one version of the protocol writes calls and reads their answers. */
export interface Dialect {
  /** The id of the n-th call. */
  id(n: number): number | string;
  /** The frame's text; `params` is JSON already. */
  request(id: number | string, method: string, params: string | undefined): string;
  /** Undefined where the version can't cancel. */
  cancel(id: number | string, reason: string): string | undefined;
  outcomeOf(method: string, response: { readonly [member: string]: unknown }): CallOutcome;
}

/** Version 1: JSON-RPC 2.0. Ids are integers: the shortest, and never the same twice (`call:id:never-reused`). */
export const DIALECT: Dialect = {
  id: (n) => n,
  request: (id, method, params) =>
    `{"jsonrpc":"2.0","id":${id},"method":${toWellFormedJson(method)}${params === undefined ? "" : `,"params":${params}`}}`,
  cancel: (id, reason) =>
    JSON.stringify({ jsonrpc: "2.0", method: "session.cancel", params: { id, reason } }),
  outcomeOf,
};

function outcomeOf(method: string, response: { readonly [member: string]: unknown }): CallOutcome {
  // `call:response:unknown-members`
  const isTagged = response["jsonrpc"] === "2.0";
  const hasResult = Object.hasOwn(response, "result");
  const hasError = Object.hasOwn(response, "error");
  // `call:result:null-is-success`
  if (isTagged && hasResult && !hasError) return { result: response["result"] };
  const error = response["error"] as { code?: unknown; message?: unknown; data?: unknown } | null;
  if (
    isTagged &&
    hasError &&
    !hasResult &&
    Number.isInteger(error?.code) &&
    typeof error?.message === "string"
  )
    // `call:error:passes-through`
    return { failure: { code: error.code as number, message: error.message, data: error.data } };
  // `call:result:neither-or-both`, `call:response:malformed-fails`
  const what = !isTagged
    ? 'a `jsonrpc` other than "2.0"'
    : hasResult
      ? "both result and error"
      : hasError
        ? "an invalid error"
        : "neither result nor error";
  return {
    failure: {
      code: "invalid_response",
      message: `the host answered ${method} with ${what}: this is a fault of the host`,
      data: response,
    },
  };
}
