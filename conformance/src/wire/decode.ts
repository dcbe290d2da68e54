import { CR, LF, RS } from "@sandpipe/spec/v1";
import { depthOf } from "./depth.js";
import { joinBytes } from "./join-bytes.js";

/** Why a record is no frame. */
export type ViolationKind = "not-json" | "no-jsonrpc" | "too-deep" | "restart" | "cut-end" | "too-large";

/** What a stream of bytes holds, in order. */
export type WireEvent =
  | { readonly kind: "frame"; readonly value: WireObject; readonly text: string; readonly bytes: number }
  | { readonly kind: "output"; readonly bytes: Uint8Array }
  | { readonly kind: "violation"; readonly violation: ViolationKind; readonly skipped: number };

/** A decoded frame: an object with a `jsonrpc` member. */
export interface WireObject {
  readonly [member: string]: unknown;
}

/** Limits of a decoder; bytes are counted between RS and LF. */
export interface DecodeLimits {
  readonly maxFrameBytes: number;
  readonly maxDepth: number;
}

/** A push decoder of RFC 7464 records: the same events for the same bytes, however they are cut. */
export interface Decoder {
  /** The events that the next bytes complete. */
  push(chunk: Uint8Array): WireEvent[];
  /** The end of the stream: what a cut record becomes. */
  end(): WireEvent[];
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Creates the kit's own decoder, which shares no line with the references' (`frame:split:any-boundary`). */
export function createDecoder(limits: DecodeLimits): Decoder {
  let record: Uint8Array[] | undefined;
  let size = 0;
  let skipping = false;

  const close = (violation: ViolationKind, tail: Uint8Array): WireEvent[] => {
    const skipped = skipping ? size : 0;
    const bytes = joinBytes([Uint8Array.of(RS), ...(record ?? []), tail]);
    record = undefined;
    if (skipping) return [{ kind: "violation", violation: "too-large", skipped }];
    return [
      { kind: "violation", violation, skipped: 0 },
      { kind: "output", bytes },
    ];
  };

  const finish = (): WireEvent[] => {
    if (skipping) return close("too-large", new Uint8Array());
    const whole = joinBytes(record ?? []);
    const body = whole.at(-1) === CR ? whole.subarray(0, -1) : whole;
    const read = readRecord(body, limits.maxDepth);
    if ("violation" in read) return close(read.violation, Uint8Array.of(LF));
    record = undefined;
    return [{ kind: "frame", value: read.value, text: read.text, bytes: whole.length }];
  };

  const take = (bytes: Uint8Array): void => {
    size += bytes.length;
    if (size > limits.maxFrameBytes) {
      skipping = true;
      record = [];
    } else record?.push(bytes);
  };

  const start = (): void => {
    record = [];
    size = 0;
    skipping = false;
  };

  return {
    push(chunk) {
      const events: WireEvent[] = [];
      let from = 0;
      while (from < chunk.length) {
        if (record === undefined) {
          const rs = chunk.indexOf(RS, from);
          const until = rs < 0 ? chunk.length : rs;
          if (until > from) events.push({ kind: "output", bytes: chunk.slice(from, until) });
          if (rs >= 0) start();
          from = rs < 0 ? until : rs + 1;
          continue;
        }
        let until = from;
        while (until < chunk.length && chunk[until] !== RS && chunk[until] !== LF) until++;
        take(chunk.slice(from, until));
        from = until + 1;
        if (until === chunk.length) break;
        if (chunk[until] === LF) events.push(...finish());
        else {
          events.push(...close("restart", new Uint8Array()));
          start();
        }
      }
      return events;
    },
    end: () => (record === undefined ? [] : close("cut-end", new Uint8Array())),
  };
}

type ReadRecord =
  { readonly value: WireObject; readonly text: string } | { readonly violation: ViolationKind };

function readRecord(body: Uint8Array, maxDepth: number): ReadRecord {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(body);
    if (depthOf(text) > maxDepth) return { violation: "too-deep" };
    value = JSON.parse(text);
  } catch {
    return { violation: "not-json" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { violation: "not-json" };
  if (!Object.hasOwn(value, "jsonrpc")) return { violation: "no-jsonrpc" };
  return { value: value as WireObject, text };
}
