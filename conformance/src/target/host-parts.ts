import type { WriteSegment } from "../probe/messages.js";
import { encodeFrame, encodeLine, encodeRecord } from "../wire/encode.js";
import type { Part } from "./host-plan.js";
import { requireValidFrame, requireValidLine } from "./own-frame.js";

/** Parts as the probe takes them: segments, and the bytes that the number segments count off. */
export interface EncodedParts {
  readonly segments: readonly WriteSegment[];
  readonly body: Buffer;
  /** Each part as a transcript shows it, with the cuts (offsets in all parts) that fall into it. */
  shown(cuts: readonly number[]): readonly ShownPart[];
  /** Ids of the requests among the frames. */
  readonly requests: readonly { readonly id: string | number; readonly method: string }[];
}

/** One part of a write. */
export interface ShownPart {
  readonly text: Uint8Array | string;
  /** Offsets in this part at which separate writes begin. */
  readonly writes: readonly number[];
}

/** Encodes the parts of a write step. Throws `KitFault` for a frame that breaks the kit's own schemas. */
export function encodeParts(parts: readonly Part[]): EncodedParts {
  const segments: WriteSegment[] = [];
  const bodies: Uint8Array[] = [];
  const shown: { readonly text: Uint8Array | string; readonly size: number }[] = [];
  const requests: { id: string | number; method: string }[] = [];
  for (const part of parts) {
    if ("repeat" in part) {
      const { text, count } = part.repeat;
      segments.push(part.repeat);
      shown.push({ text: `${JSON.stringify(text)} × ${count}`, size: Buffer.byteLength(text) * count });
      continue;
    }
    if ("frame" in part || "line" in part) {
      if ("frame" in part) requireValidFrame(part.frame);
      else requireValidLine(part.line);
      const { id, method } = ("frame" in part ? part.frame : part.line) as {
        id?: string | number;
        method?: string;
      };
      if (id !== undefined && method !== undefined) requests.push({ id, method });
    }
    const bytes = encodePart(part);
    bodies.push(bytes);
    segments.push(bytes.length);
    shown.push({ text: bytes, size: bytes.length });
  }
  return { segments, body: Buffer.concat(bodies), shown: (cuts) => placeCuts(shown, cuts), requests };
}

function placeCuts(
  parts: readonly { readonly text: Uint8Array | string; readonly size: number }[],
  cuts: readonly number[],
): readonly ShownPart[] {
  let begin = 0;
  return parts.map(({ text, size }) => {
    const from = begin;
    begin += size;
    // Of a part that is shown by its making no place can be pointed at.
    const inside =
      typeof text === "string" ? [] : cuts.filter((cut) => cut > 0 && cut >= from && cut < begin);
    return { text, writes: inside.map((cut) => cut - from) };
  });
}

/** The bytes of one part that isn't a repeat. */
export function encodePart(part: Exclude<Part, { repeat: unknown }>): Uint8Array {
  if ("frame" in part) return encodeFrame(part.frame);
  if ("line" in part) return encodeLine(part.line);
  if ("record" in part) return encodeRecord(part.record);
  if ("text" in part) return Buffer.from(part.text, "utf8");
  return Buffer.from(part.base64, "base64");
}
