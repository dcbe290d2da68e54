import { isAscii, isUtf8 } from "node:buffer";
import { LF, RS } from "@sandpipe/spec/v1";
import { createRecordBuffer } from "./record-buffer.js";

/** What a stream of bytes holds, in order. */
export type ByteEvent =
  /**
   * Bytes outside records, as they came (`output:raw:byte-exact`, `output:partial-line:kept`), whatever they look like
   * (`output:print:never-executed`).
   */
  | { readonly kind: "output"; readonly bytes: Buffer }
  /** What stood between RS and LF; a CR before the LF is still in it. */
  | { readonly kind: "record"; readonly text: string }
  /** A record whose bytes are no UTF-8: RS, the bytes, LF. */
  | { readonly kind: "undecodable"; readonly bytes: Buffer }
  /** A record cut by another RS: RS and its bytes (`frame:violation:restart`). */
  | { readonly kind: "restarted"; readonly bytes: Buffer }
  /** A record cut by the end of the stream: RS and its bytes (`frame:violation:cut-end`). */
  | { readonly kind: "cut"; readonly bytes: Buffer }
  /** A record beyond maxFrameBytes, skipped; `atEnd` when the end of the stream cut it. */
  | { readonly kind: "oversized"; readonly size: number; readonly atEnd: boolean };

/** A push machine: the same events for the same bytes, however they are cut (output may come in more pieces). */
export interface Demultiplexer {
  push(chunk: Buffer): ByteEvent[];
  end(): ByteEvent[];
}

const RS_TEXT = String.fromCharCode(RS);
const LF_TEXT = String.fromCharCode(LF);
const RS_BYTE = Buffer.of(RS);
const LF_BYTE = Buffer.of(LF);

/**
 * Creates the splitter of RFC 7464 records and output.
 *
 * It works on bytes and decodes after splitting (`frame:split:any-boundary`), so a character cut by a read stays whole
 * (`frame:split:inside-character`). It holds at most `maxFrameBytes` of a record: the limit is checked before
 * anything is kept (`limit:memory:bounded`), and takes time linear in the bytes, whatever the chunks.
 */
export function createDemultiplexer(maxFrameBytes: number): Demultiplexer {
  const held = createRecordBuffer(maxFrameBytes);
  let inRecord = false;
  /** Bytes between RS and here; beyond maxFrameBytes the record is skipped. */
  let size = 0;

  const begin = (): void => {
    inRecord = true;
    size = 0;
    held.clear();
  };

  const cut = (kind: "restarted" | "cut"): ByteEvent => {
    inRecord = false;
    if (size > maxFrameBytes) return { kind: "oversized", size, atEnd: kind === "cut" };
    const bytes = Buffer.concat([RS_BYTE, held.bytes()]);
    held.clear();
    return { kind, bytes };
  };

  const finish = (bytes: Buffer): ByteEvent =>
    isUtf8(bytes)
      ? { kind: "record", text: bytes.toString("utf8") }
      : { kind: "undecodable", bytes: Buffer.concat([RS_BYTE, bytes, LF_BYTE]) };

  /** A piece of the current record, all in this chunk. */
  const take = (chunk: Buffer, from: number, to: number): void => {
    size += to - from;
    if (size <= maxFrameBytes) held.append(chunk, from, to);
    else held.clear();
  };

  return {
    push(chunk) {
      const events: ByteEvent[] = [];
      let at = 0;
      if (!inRecord) {
        at = chunk.indexOf(RS);
        if (at < 0) return chunk.length === 0 ? events : [{ kind: "output", bytes: chunk }];
        if (at > 0) events.push({ kind: "output", bytes: chunk.subarray(0, at) });
      }
      // One character a byte: positions in it are positions in the chunk, and where all bytes are ASCII it is
      // the text itself, decoded once for every record in the chunk.
      const text = chunk.toString("latin1");
      const ascii = isAscii(chunk);
      // Found once and kept until passed: searching anew for each record would be quadratic.
      let rs = text.indexOf(RS_TEXT, at);
      let lf = -2;
      // `frame:read:many-frames`
      while (at < chunk.length) {
        if (!inRecord) {
          const until = rs < 0 ? chunk.length : rs;
          if (until > at) events.push({ kind: "output", bytes: chunk.subarray(at, until) });
          if (rs < 0) break;
          begin();
          at = rs + 1;
          rs = text.indexOf(RS_TEXT, at);
          continue;
        }
        // `frame:json:line-separators`
        if (lf !== -1 && lf < at) lf = text.indexOf(LF_TEXT, at);
        if (rs >= 0 && (lf < 0 || rs < lf)) {
          take(chunk, at, rs);
          events.push(cut("restarted"));
          at = rs;
        } else if (lf < 0) {
          take(chunk, at, chunk.length);
          break;
        } else {
          const length = size + lf - at;
          if (length > maxFrameBytes) events.push({ kind: "oversized", size: length, atEnd: false });
          else if (size > 0) {
            take(chunk, at, lf);
            events.push(finish(held.bytes()));
          } else if (ascii) events.push({ kind: "record", text: text.slice(at, lf) });
          else events.push(finish(chunk.subarray(at, lf)));
          held.clear();
          inRecord = false;
          at = lf + 1;
        }
      }
      return events;
    },
    end: () => (inRecord ? [cut("cut")] : []),
  };
}
