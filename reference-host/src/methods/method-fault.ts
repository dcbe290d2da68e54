import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import { MethodError } from "./method.js";

/** Params that their schema takes but the method doesn't: −32602. */
export function invalidParams(message: string): MethodError {
  return new MethodError(RPC_ERROR.invalidParams, message);
}

/**
 * What isn't there, or isn't this session's: the words are the same, and echo nothing, so that the answer doesn't
 * tell the one from the other (`scope:file:foreign-not-found`).
 */
export function notFound(what: string): MethodError {
  return new MethodError(ERROR_CODE.not_found, `There is no such ${what} in this session's scope.`, {
    kind: "not_found",
  });
}

/** Another project or conversation was named, whether it exists or not (`scope:name:out-of-scope`). */
export function outOfScope(member: string): MethodError {
  return new MethodError(
    ERROR_CODE.out_of_scope,
    `${member} names something outside this session's scope; leave it out to mean the session's own.`,
    { kind: "out_of_scope" },
  );
}

/** More than the session may have. The message says how much it may. */
export function limitExceeded(message: string): MethodError {
  return new MethodError(ERROR_CODE.limit_exceeded, message, { kind: "limit_exceeded" });
}
