import { ERROR_CODE, RPC_ERROR } from "@sandpipe/spec/v1";
import { createDecoder, type DecodeLimits, type WireEvent } from "../wire/decode.js";
import type { DecodedEvent } from "./decoding.js";
import type { ExpectedAnswer } from "./vector.js";

/** What the kit's own decoder makes of a stream that comes in these chunks, with the answers of a host. */
export function decodeStream(chunks: readonly Uint8Array[], limits: DecodeLimits): DecodedEvent[] {
  const decoder = createDecoder(limits);
  const seen = chunks.flatMap((chunk) => decoder.push(chunk).flatMap((event) => decoded(event, false)));
  return [...seen, ...decoder.end().flatMap((event) => decoded(event, true))];
}

function decoded(event: WireEvent, atEnd: boolean): DecodedEvent[] {
  if (event.kind === "frame") return [{ frame: event.value }];
  if (event.kind === "output") return [{ output: event.bytes }];
  const skipped = event.violation === "too-large" ? { skipped: event.skipped } : {};
  const violation = { violation: event.violation, ...skipped };
  const answer = atEnd ? undefined : answerTo(event.violation);
  return answer === undefined ? [violation] : [violation, { answer }];
}

/** The table of the framing chapter, last column. */
function answerTo(violation: string): ExpectedAnswer | undefined {
  if (violation === "no-jsonrpc" || violation === "cut-end") return undefined;
  return violation === "too-deep" || violation === "too-large"
    ? { id: null, code: ERROR_CODE.limit_exceeded, kind: "limit_exceeded" }
    : { id: null, code: RPC_ERROR.parseError };
}
