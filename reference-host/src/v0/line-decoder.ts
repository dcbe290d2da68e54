import { isUtf8 } from "node:buffer";
import { LF, RS } from "@sandpipe/spec/v1";
import { createRecordBuffer } from "../bytes/record-buffer.js";
import { readFrame } from "../frames/read-frame.js";
import { readLine } from "./read-line.js";
import type { RequestV0 } from "./read-line.js";

/** What a stream of lines holds, in order. */
export type LineEvent =
  /** Prints, as they came; a line may come in several pieces. */
  | { readonly kind: "output"; readonly bytes: Buffer }
  /** A whole line of output that is a JSON object. */
  | { readonly kind: "object"; readonly bytes: Buffer; readonly value: object }
  | { readonly kind: "request"; readonly bytes: Buffer; readonly request: RequestV0 }
  /** The first valid frame of version 1 begins here; it and all behind it are for the decoder of version 1. */
  | { readonly kind: "frame"; readonly rest: Buffer };

/** What a decoder of lines is told. */
export interface LineDecoderOptions {
  /** A longer line is output, whatever it says: version 0 has no limit, but memory has. */
  readonly maxLineBytes: number;
  /** Given where version 1 is offered as well: its limits, while it isn't known which is spoken. */
  readonly offersV1?: { readonly maxFrameBytes: number; readonly maxDepth: number };
}

/** A push machine: the same events for the same bytes, however they are cut, but for the pieces of output. */
export interface LineDecoder {
  push(chunk: Buffer): LineEvent[];
  end(): LineEvent[];
  /** Gives back what is held of the last line: the session has turned out to be another's. */
  release(): Buffer;
}

const OPENING_BRACE = 0x7b;
const WHITE_SPACE: readonly number[] = [0x20, 0x09, 0x0d, LF];

/**
 * Creates the decoder of version 0, which is the latch between the versions too (`version:latch:v0`,
 * `version:latch:v1`): the first request line ends the search for frames, the first valid frame ends the decoder. A
 * malformed record before is output like any line (`version:latch:before-is-output`).
 *
 * Lines end at byte 0x0A only (`frame:line:lf-only`), wherever a read ends (`frame:line:any-boundary`), and each of a read
 * is taken (`frame:line:many`). Bytes are held only while they may become a request, a result or a frame: other prints
 * are told at once.
 */
export function createLineDecoder({ maxLineBytes, offersV1 }: LineDecoderOptions): LineDecoder {
  const held = createRecordBuffer(Math.max(maxLineBytes, (offersV1?.maxFrameBytes ?? 0) + 2));
  /** `blank`: white space so far. `record`: held from the RS on. `print`: it is output. */
  let line: "blank" | "object" | "record" | "print" = "blank";
  let latched = offersV1 === undefined;

  /** What is held and this piece; nothing is held any more. */
  const takeHeld = (piece: Buffer): Buffer => {
    if (held.length === 0) return piece;
    const bytes = Buffer.concat([held.bytes(), piece]);
    held.clear();
    return bytes;
  };

  const isFrame = (record: Buffer): boolean => {
    const body = record.subarray(1, -1);
    if (offersV1 === undefined || body.length > offersV1.maxFrameBytes || !isUtf8(body)) return false;
    const { kind } = readFrame(body.toString("utf8"), offersV1.maxDepth);
    return kind === "request" || kind === "notification";
  };

  /** A whole line, or the rest of one at the end of the stream. */
  const finish = (bytes: Buffer, isWhole: boolean): LineEvent => {
    const was = line;
    line = "blank";
    if (was === "record" && isWhole && isFrame(bytes)) return { kind: "frame", rest: bytes };
    const reading = was === "object" ? readLine(bytes) : undefined;
    if (reading?.kind === "object") return { kind: "object", bytes, value: reading.value };
    if (reading?.kind !== "request") return { kind: "output", bytes };
    // Without its LF it may be the first half of something else: output, and an object.
    if (!isWhole) return { kind: "object", bytes, value: JSON.parse(bytes.toString("utf8")) as object };
    latched = true;
    return { kind: "request", bytes, request: reading.request };
  };

  /** A piece of one line, up to its LF where that is in it. */
  const take = (piece: Buffer, isWhole: boolean): LineEvent[] => {
    const rs = latched ? -1 : piece.lastIndexOf(RS);
    if (rs >= 0) {
      // JSON holds no RS: what stands before one is no request, and no frame either.
      const before = takeHeld(piece.subarray(0, rs));
      line = "record";
      const rest = takeRest(piece.subarray(rs), isWhole);
      return before.length > 0 ? [{ kind: "output", bytes: before }, ...rest] : rest;
    }
    if (line === "blank") {
      const first = piece.find((byte) => !WHITE_SPACE.includes(byte));
      if (first !== undefined) line = first === OPENING_BRACE ? "object" : "print";
    }
    return takeRest(piece, isWhole);
  };

  const takeRest = (piece: Buffer, isWhole: boolean): LineEvent[] => {
    const most = line === "record" ? (offersV1?.maxFrameBytes ?? 0) + 2 : maxLineBytes;
    if (line !== "print" && held.length + piece.length > most) line = "print";
    if (isWhole) return [finish(takeHeld(piece), true)];
    if (line === "print") return [{ kind: "output", bytes: takeHeld(piece) }];
    held.append(piece, 0, piece.length);
    return [];
  };

  return {
    push(chunk) {
      const events: LineEvent[] = [];
      for (let at = 0; at < chunk.length;) {
        const lf = chunk.indexOf(LF, at);
        const next = lf < 0 ? chunk.length : lf + 1;
        events.push(...take(chunk.subarray(at, next), lf >= 0));
        at = next;
        const last = events.at(-1);
        if (last?.kind !== "frame") continue;
        events.splice(-1, 1, { kind: "frame", rest: Buffer.concat([last.rest, chunk.subarray(at)]) });
        break;
      }
      return events;
    },
    end() {
      const rest = takeHeld(Buffer.alloc(0));
      return rest.length > 0 ? [finish(rest, false)] : [];
    },
    release: () => takeHeld(Buffer.alloc(0)),
  };
}
