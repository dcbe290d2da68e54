import type { SessionEmitParams } from "@sandpipe/spec/v1";
import { SessionEmitParams as EmitParams, SessionOutputParams, SessionProgressParams } from "#validators";
import type { Deviations } from "./deviations.js";
import type { Named } from "./envelope.js";
import { createKeptBytes, type KeptBytes } from "./kept-bytes.js";

/** What a session prints and shows: output, stderr and emits, in the order of arrival. */
export interface Prints {
  raw(bytes: Uint8Array, state: PrintState): void;
  rawStderr(bytes: Uint8Array): void;
  /** A `session.output`; false when its params are malformed. */
  captured(params: Named, state: PrintState): boolean;
  /** A `session.emit`; one that maxOutputBytes has no room for is dropped whole. */
  emitted(params: Named): "taken" | "no room" | "malformed";
  /** Whether an emit was dropped. */
  readonly emitsDropped: boolean;
  progressed(params: Named): boolean;
  readonly output: KeptBytes;
  readonly stderr: KeptBytes;
  readonly emits: readonly SessionEmitParams[];
}

/** Where the session stands. */
export interface PrintState {
  readonly opened: boolean;
  readonly result: unknown;
}

/** Creates the place for a session's prints; each stream keeps at most so many bytes. */
export function createPrints(maxOutputBytes: number, deviations: Deviations): Prints {
  const output = createKeptBytes(maxOutputBytes);
  const stderr = createKeptBytes(maxOutputBytes);
  const last: Uint8Array[] = [];
  const emits: SessionEmitParams[] = [];
  let emitsDropped = false;
  const bend = (bytes: Uint8Array): Uint8Array => {
    const text = (): string => Buffer.from(bytes).toString("utf8");
    if (deviations.has("output-decoded")) return Buffer.from(text());
    if (deviations.has("output-trimmed")) return Buffer.from(text().trimEnd());
    if (deviations.has("partial-line-lost")) return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    return bytes;
  };
  return {
    raw(bytes, { result }) {
      if (result !== undefined && deviations.has("late-prints-dropped")) return;
      output.add(bend(bytes));
    },
    rawStderr: (bytes) => stderr.add(bytes),
    captured(params, { opened, result }) {
      if (!SessionOutputParams(params)) return false;
      if (!opened && deviations.has("early-prints-dropped")) return true;
      if (result !== undefined && deviations.has("late-prints-dropped")) return true;
      const { text, base64 } = params as Partial<Record<"text" | "base64", string>>;
      const encoding = deviations.has("base64-kept-as-text") ? "utf8" : "base64";
      const bytes = text === undefined ? Buffer.from(base64 ?? "", encoding) : Buffer.from(text);
      if (params.stream === "stderr" && !deviations.has("stderr-in-output")) stderr.add(bytes);
      else if (deviations.has("captured-prints-last")) last.push(bytes);
      else output.add(bytes);
      return true;
    },
    emitted(params) {
      if (!EmitParams(params)) return "malformed";
      const at = params.id === undefined ? -1 : emits.findIndex((emit) => emit.id === params.id);
      // Output and emits share one room; an emit gives back what the one that it replaces took.
      const before = at < 0 ? 0 : sizeOf(emits[at]);
      output.release(before);
      const fits = output.reserve(sizeOf(params));
      if (!fits && !deviations.has("emits-without-end")) {
        output.reserve(before);
        emitsDropped = true;
        return "no room";
      }
      if (at < 0 || deviations.has("emits-pile-up")) emits.push(params);
      else if (deviations.has("emit-replaced-at-end")) {
        emits.splice(at, 1);
        emits.push(params);
      } else emits[at] = params;
      return "taken";
    },
    get emitsDropped() {
      return emitsDropped;
    },
    progressed: (params) => SessionProgressParams(params),
    get output() {
      for (const bytes of last.splice(0)) output.add(bytes);
      return output;
    },
    stderr,
    get emits() {
      return deviations.has("emits-reversed") ? emits.toReversed() : emits;
    },
  };
}

function sizeOf(params: unknown): number {
  return Buffer.byteLength(JSON.stringify(params));
}
