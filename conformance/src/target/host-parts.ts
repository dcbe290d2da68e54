import type { WriteSegment } from "../probe/messages.js";
import { encodeFrame, encodeRecord } from "../wire/encode.js";
import type { Part } from "./host-plan.js";
import { requireValidFrame } from "./own-frame.js";

/** Parts as the probe takes them: segments, and the bytes that the number segments count off. */
export interface EncodedParts {
  readonly segments: readonly WriteSegment[];
  readonly body: Buffer;
  /** Each part as it is shown in a transcript. */
  readonly shown: readonly (Uint8Array | string)[];
  /** Ids of the requests among the frames. */
  readonly requests: readonly { readonly id: string | number; readonly method: string }[];
}

/** Encodes the parts of a write step. Throws `KitFault` for a frame that breaks the kit's own schemas. */
export function encodeParts(parts: readonly Part[]): EncodedParts {
  const segments: WriteSegment[] = [];
  const bodies: Uint8Array[] = [];
  const shown: (Uint8Array | string)[] = [];
  const requests: { id: string | number; method: string }[] = [];
  for (const part of parts) {
    if ("repeat" in part) {
      segments.push(part.repeat);
      shown.push(`${JSON.stringify(part.repeat.text)} × ${part.repeat.count}`);
      continue;
    }
    if ("frame" in part) {
      requireValidFrame(part.frame);
      const { id, method } = part.frame as { id?: string | number; method?: string };
      if (id !== undefined && method !== undefined) requests.push({ id, method });
    }
    const bytes = encodePart(part);
    bodies.push(bytes);
    segments.push(bytes.length);
    shown.push(bytes);
  }
  return { segments, body: Buffer.concat(bodies), shown, requests };
}

/** The bytes of one part that isn't a repeat. */
export function encodePart(part: Exclude<Part, { repeat: unknown }>): Uint8Array {
  if ("frame" in part) return encodeFrame(part.frame);
  if ("record" in part) return encodeRecord(part.record);
  if ("text" in part) return Buffer.from(part.text, "utf8");
  return Buffer.from(part.base64, "base64");
}
