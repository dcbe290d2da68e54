import { createLineReader, isLineRequest, objectOfLine } from "../wire/lines.js";
import type { DecodedEvent } from "./decoding.js";

/** What v0 makes of a stream that comes in these chunks: request lines and output (`frame:line:any-boundary`). */
export function decodeLines(chunks: readonly Uint8Array[]): DecodedEvent[] {
  const reader = createLineReader();
  const whole = chunks.flatMap((chunk) => reader.push(chunk)).map(eventOf);
  // Without its LF a line is no request, whatever it says.
  return [...whole, ...reader.end().map((output) => ({ output }))];
}

function eventOf(line: Uint8Array): DecodedEvent {
  const value = objectOfLine(line);
  return value !== undefined && isLineRequest(value) ? { frame: value } : { output: line };
}
