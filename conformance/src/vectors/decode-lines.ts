import { LF } from "@sandpipe/spec/v1";
import { joinBytes } from "../wire/join-bytes.js";
import type { DecodedEvent } from "./decoding.js";

/** What v0 makes of a stream that comes in these chunks: request lines and output (`frame:line:any-boundary`). */
export function decodeLines(chunks: readonly Uint8Array[]): DecodedEvent[] {
  const events: DecodedEvent[] = [];
  let rest: Uint8Array = new Uint8Array();
  for (const chunk of chunks) {
    rest = joinBytes([rest, chunk]);
    for (let lf = rest.indexOf(LF); lf >= 0; lf = rest.indexOf(LF)) {
      const line = rest.subarray(0, lf + 1);
      rest = rest.subarray(lf + 1);
      const request = readRequest(line);
      events.push(request === undefined ? { output: line } : { frame: request });
    }
  }
  return rest.length > 0 ? [...events, { output: rest }] : events;
}

function readRequest(line: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line),
    );
    return isRequest(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRequest(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { id, method, params } = value as { id?: unknown; method?: unknown; params?: unknown };
  const named = typeof id === "string" && id !== "" && typeof method === "string" && method !== "";
  return named && (params === undefined || isPlain(params));
}

function isPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
