import { LF } from "@sandpipe/spec/v1";
import type { WireObject } from "./decode.js";
import { joinBytes } from "./join-bytes.js";

/** A push reader of version 0's lines: the same lines for the same bytes, however they are cut. */
export interface LineReader {
  /** Whole lines, each with its LF. */
  push(chunk: Uint8Array): Uint8Array[];
  /** The end of the stream: a last line without LF, if there is one. */
  end(): Uint8Array[];
}

/** Creates a reader that ends lines at LF and nowhere else (`frame:line:lf-only`). */
export function createLineReader(): LineReader {
  let pieces: Uint8Array[] = [];
  return {
    push(chunk) {
      const lines: Uint8Array[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
        lines.push(joinBytes([...pieces, chunk.subarray(from, at + 1)]));
        pieces = [];
        from = at + 1;
      }
      if (from < chunk.length) pieces.push(chunk.slice(from));
      return lines;
    },
    end() {
      const line = joinBytes(pieces);
      pieces = [];
      return line.length > 0 ? [line] : [];
    },
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The JSON object that a line is; undefined for any other line. */
export function objectOfLine(line: Uint8Array): WireObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(line));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an object is a request of version 0: its id and method texts, its params, if there, an object. */
export function isLineRequest(value: WireObject): boolean {
  const { id, method, params } = value;
  const named = typeof id === "string" && id !== "" && typeof method === "string" && method !== "";
  return named && (params === undefined || isObject(params));
}

function isObject(value: unknown): value is WireObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
