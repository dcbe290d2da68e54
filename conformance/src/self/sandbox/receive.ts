import { LF, MINIMUM_LIMITS, RS } from "@sandpipe/spec/v1";
import { createDecoder, type Decoder, type WireEvent, type WireObject } from "../../wire/decode.js";
import type { Deviations } from "./deviations.js";

/** What comes in on the wire, as far as a sandbox cares. */
export interface ReceiveParts {
  readonly deviations: Deviations;
  frame(value: WireObject): void;
  /** A record that was no frame; only faults care. */
  malformed(): void;
  crash(reason: string): void;
}

/** What a sandbox takes before it knows the session's limits. */
const RECEIVE = { maxFrameBytes: 67_108_864, maxDepth: 512 };

/** Creates the receiving side: bytes in, frames out. */
export function createReceiver(parts: ReceiveParts): {
  push(chunk: Uint8Array): void;
  limit(maxFrameBytes: number): void;
} {
  const { deviations } = parts;
  // The decoder looks at these anew for each record.
  const limits = { ...RECEIVE };
  if (deviations.has("open-answer-within-minima")) limits.maxFrameBytes = MINIMUM_LIMITS.maxFrameBytes;
  let decoder: Decoder = createDecoder(limits);
  let skipNext = false;
  let midRecord = false;

  const take = (events: readonly WireEvent[]): void => {
    for (const event of events) {
      if (event.kind === "output") {
        if (deviations.has("stray-bytes-fatal")) parts.crash("bytes outside frames");
      } else if (event.kind === "violation") {
        if (deviations.has("malformed-fatal") && event.violation === "not-json") parts.crash("no JSON");
        if (deviations.has("oversized-fatal") && event.violation === "too-large") parts.crash("too large");
        if (deviations.has("oversized-desynchronises") && event.violation === "too-large") skipNext = true;
        parts.malformed();
      } else if (skipNext) skipNext = false;
      else {
        parts.frame(event.value);
        if (deviations.has("first-frame-of-read")) return;
      }
    }
  };
  /** The bytes that a reader of lines would see of this chunk. */
  const asLines = (chunk: Uint8Array): Uint8Array => {
    const kept: number[] = [];
    let lineBegins = !midRecord;
    let inFrame = midRecord;
    for (const byte of chunk) {
      if (lineBegins) inFrame = byte === RS;
      lineBegins = byte === LF;
      if (inFrame) kept.push(byte);
    }
    midRecord = inFrame && !lineBegins;
    return Uint8Array.from(kept);
  };
  return {
    limit(maxFrameBytes) {
      limits.maxFrameBytes = maxFrameBytes;
    },
    push(given) {
      let chunk = given;
      if (deviations.has("chunks-parsed")) decoder = createDecoder(limits);
      // At once, a frame of one read is whole; cut just before its LF it waits for ever.
      if (deviations.has("cut-before-lf-lost") && chunk[0] === 0x0a) chunk = chunk.subarray(1);
      if (deviations.has("characters-cut")) chunk = Buffer.from(Buffer.from(chunk).toString("utf8"), "utf8");
      if (deviations.has("stray-bytes-swallow")) chunk = asLines(chunk);
      if (deviations.has("cr-refused"))
        chunk = Buffer.from(Buffer.from(chunk).toString("latin1").replaceAll("\r\n", "\r!\n"), "latin1");
      if (deviations.has("not-a-number-read"))
        chunk = Buffer.from(
          Buffer.from(chunk)
            .toString("latin1")
            .replaceAll(/(?<=[:[])(?:NaN|-?Infinity)/g, "null"),
          "latin1",
        );
      if (deviations.has("records-without-jsonrpc-read"))
        chunk = Buffer.from(
          Buffer.from(chunk).toString("latin1").replaceAll('\x1e{"id":', '\x1e{"jsonrpc":"2.0","id":'),
          "latin1",
        );
      take(decoder.push(chunk));
    },
  };
}
