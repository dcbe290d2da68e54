import { LF, RS } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import type { TakePrint } from "./capture.js";

/** How a print leaves. */
export interface PrintParts {
  readonly deviations: Deviations;
  notify(params: Readonly<Record<string, unknown>>): void;
  /** Writes bytes to the wire outside frames. */
  raw(bytes: Uint8Array): void;
  /** Writes bytes to the wire at once, whatever is half written: only a fault does. */
  force(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
  maxFrameBytes(): number;
}

/** JSON writes a control character in six bytes, and every frame has a minimum of 65,536 (`limit:send:prints-split`). */
const PIECE_BYTES = 8_000;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Creates what turns prints into `session.output`, whole and in order. */
export function createPrints(parts: PrintParts): TakePrint {
  const { deviations } = parts;
  let large = false;
  const held = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const pieceBytes = deviations.has("large-print-one-frame") ? Number.POSITIVE_INFINITY : PIECE_BYTES;

  const send: TakePrint = (stream, bytes) => {
    const kept = deviations.has("large-print-cut") ? bytes.subarray(0, parts.maxFrameBytes()) : bytes;
    for (let from = 0; from < kept.length; from += pieceBytes)
      parts.notify({ stream, ...spell(kept.subarray(from, from + pieceBytes), deviations) });
  };
  return (stream, given) => {
    let bytes = given;
    if (deviations.has("print-lost-after-large")) {
      const lost = large;
      large = bytes.length > 65_536;
      if (lost) return;
    }
    if (deviations.has("partial-line-held")) {
      const all = Buffer.concat([held[stream], bytes]);
      const until = all.lastIndexOf(LF) + 1;
      held[stream] = Buffer.from(all.subarray(until));
      bytes = all.subarray(0, until);
    }
    if (stream === "stdout" && deviations.has("print-as-frame")) return parts.raw(bytes);
    if (stream === "stdout" && deviations.has("print-inside-frame")) return parts.force(bytes);
    if (stream === "stdout" && deviations.has("raw-prints") && !bytes.includes(RS)) return parts.raw(bytes);
    if (stream === "stdout" && deviations.has("frame-after-partial-line")) return parts.raw(bytes);
    if (stream === "stderr" && deviations.has("raw-stderr")) return parts.stderr(bytes);
    send(stream, bytes);
  };
}

function spell(bytes: Uint8Array, deviations: Deviations): Readonly<Record<string, string>> {
  if (deviations.has("print-bytes-as-text")) return { text: Buffer.from(bytes).toString("utf8") };
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString("base64") };
  }
}
