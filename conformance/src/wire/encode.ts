import { LF, RS } from "@sandpipe/spec/v1";

/** The bytes of one frame: RS, compact JSON, LF. */
export function encodeFrame(value: unknown): Uint8Array {
  return encodeRecord(JSON.stringify(value));
}

/** RS, any text, LF: for records whose JSON must not be what a serialiser makes. */
export function encodeRecord(text: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(RS), Buffer.from(text, "utf8"), Uint8Array.of(LF)]);
}

/** One line of version 0: compact JSON, LF. */
export function encodeLine(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`, "utf8");
}
