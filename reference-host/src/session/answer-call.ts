import type { Id } from "@sandpipe/spec/v1";
import { RPC_ERROR } from "@sandpipe/spec/v1";
import { fitsBytes } from "../bytes/text-bytes.js";
import { errorFrame, kindFrame, successFrame } from "../frames/write-frame.js";
import { MethodError } from "../methods/method.js";

/** The response of a call that gave a result; throws where the result has no JSON text. */
export function resultAnswer(id: Id, result: unknown, maxFrameBytes: number): string {
  const json = (JSON.stringify(result) as string | undefined) ?? "null";
  return cutToFit(id, successFrame(id, json), maxFrameBytes);
}

/** The response of a call whose handler threw. `unexpected`: there is more to it, for the host's user alone. */
export function failureAnswer(
  id: Id,
  thrown: unknown,
  maxFrameBytes: number,
): { readonly frame: string; readonly unexpected: boolean } {
  if (thrown instanceof MethodError) {
    try {
      const frame = errorFrame(id, thrown.code, thrown.message, thrown.data);
      return { frame: cutToFit(id, frame, maxFrameBytes), unexpected: thrown.cause !== undefined };
    } catch {
      // Its data has no JSON text: the host's own mistake, answered like any other.
    }
  }
  // `error:internal:no-leak`
  return {
    frame: errorFrame(id, RPC_ERROR.internalError, "The method failed in the host"),
    unexpected: true,
  };
}

/** `limit:frame:out`: what the other side's reader would have to drop is not sent. */
function cutToFit(id: Id, frame: string, maxFrameBytes: number): string {
  if (fitsBytes(frame, maxFrameBytes)) return frame;
  return kindFrame(id, "limit_exceeded", `The response is larger than maxFrameBytes (${maxFrameBytes})`);
}
