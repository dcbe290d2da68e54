import type { Id } from "@sandpipe/spec/v1";
import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import { fitsBytes } from "../bytes/text-bytes.js";
import { errorFrame, kindFrame, successFrame } from "../frames/write-frame.js";
import { MethodError } from "../methods/method.js";

/** A response as it is sent, and the code of its error. */
export interface CallAnswer {
  readonly frame: string;
  readonly code: number | undefined;
}

/** The response of a call that gave a result; throws where the result has no JSON text. */
export function resultAnswer(id: Id, result: unknown, maxFrameBytes: number): CallAnswer {
  const json = (JSON.stringify(result) as string | undefined) ?? "null";
  return cutToFit(id, { frame: successFrame(id, json), code: undefined }, maxFrameBytes);
}

/** The response of a call whose handler threw. `unexpected`: there is more to it, for the host's user alone. */
export function failureAnswer(
  id: Id,
  thrown: unknown,
  maxFrameBytes: number,
): CallAnswer & { readonly unexpected: boolean } {
  if (thrown instanceof MethodError) {
    try {
      // `error:method:passes-through`
      const frame = errorFrame(id, thrown.code, thrown.message, thrown.data);
      const answer = cutToFit(id, { frame, code: thrown.code }, maxFrameBytes);
      return { ...answer, unexpected: thrown.cause !== undefined };
    } catch {
      // Its data has no JSON text: the host's own mistake, answered like any other.
    }
  }
  // `error:internal:no-leak`
  const code = RPC_ERROR.internalError;
  return { frame: errorFrame(id, code, "The method failed in the host"), code, unexpected: true };
}

/** `limit:frame:out`: what the other side's reader would have to drop is not sent. */
function cutToFit(id: Id, answer: CallAnswer, maxFrameBytes: number): CallAnswer {
  if (fitsBytes(answer.frame, maxFrameBytes)) return answer;
  const message = `The response is larger than maxFrameBytes (${maxFrameBytes})`;
  return { frame: kindFrame(id, "limit_exceeded", message), code: ERROR_CODE.limit_exceeded };
}
