import { ERROR_CODE } from "@sandpipe/spec/v1";
import type { ErrorKind } from "@sandpipe/spec/v1";
import { StoreError } from "../store/store-error.js";
import { MethodError } from "./method.js";
import type { Method } from "./method.js";

/** What the script is told: that it isn't its own fault, and whether another try makes sense. Nothing of the host. */
const FULL = "The host has no room left on its disk; whoever runs it has to free some.";
const AWAY = "The host's store can't serve this now; try again later.";

/** The method, but a store or a disk that can't serve is answered `unavailable`; the cause stays with the host. */
export function answersStoreFaults<P, R>(method: Method<P, R>): Method<P, R> {
  return {
    ...method,
    handle(params, context) {
      try {
        const result = method.handle(params, context);
        return result instanceof Promise ? result.catch(rethrow) : result;
      } catch (error) {
        return rethrow(error);
      }
    },
  };
}

function rethrow(error: unknown): never {
  const message = explain(error);
  if (message === undefined) throw error;
  const kind: ErrorKind = "unavailable";
  throw new MethodError(ERROR_CODE.unavailable, message, { kind }, error);
}

function explain(error: unknown): string | undefined {
  if (error instanceof StoreError) {
    if (error.code === "store_full") return FULL;
    return error.code === "store_unavailable" || error.code === "store_locked" ? AWAY : undefined;
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" ? FULL : undefined;
}
