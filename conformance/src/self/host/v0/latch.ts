import { LF, RS, type Limits } from "@sandpipe/spec/v1";
import { createDecoder } from "../../../wire/decode.js";
import { encodeFrame } from "../../../wire/encode.js";
import { isLineRequest, objectOfLine } from "../../../wire/lines.js";
import type { Deviations } from "../deviations.js";
import { readEnvelope } from "../envelope.js";
import type { LineSession } from "./line-session.js";
import { createBentLineReader } from "./read-lines.js";

/** Holds which version a sandbox speaks that is offered version 0, alone or with version 1. */
export interface Latch {
  /** Undefined before the first valid frame of a sandbox that is offered both. */
  readonly version: 0 | 1 | undefined;
  /** Takes bytes of stdout; gives back those that are version 1's to read. */
  push(chunk: Uint8Array): Uint8Array;
  end(): void;
}

export interface LatchParts {
  readonly both: boolean;
  readonly limits: Limits;
  readonly lines: LineSession;
  readonly deviations: Deviations;
  write(bytes: Uint8Array): void;
  output(bytes: Uint8Array): void;
}

const NOTHING = new Uint8Array();
const REFUSAL = { jsonrpc: "2.0", id: null, error: { code: -32_700, message: "no JSON" } };

/** Creates the latch (`version:latch:v0`, `version:latch:v1`, `version:latch:before-is-output`). */
export function createLatch({ both, limits, lines, deviations, write, output }: LatchParts): Latch {
  const reader = createBentLineReader(deviations);
  let version: Latch["version"] = both ? undefined : 0;
  const isV1 = (): boolean => version === 1;

  const isFrame = (record: Uint8Array): boolean =>
    createDecoder(limits)
      .push(record)
      .some((event) => {
        if (event.kind !== "frame") return false;
        const { kind } = readEnvelope(event.value, deviations);
        return kind === "request" || kind === "notification";
      });
  /** One line before the latch; what of it is version 1's. */
  const latch = (line: Uint8Array): Uint8Array => {
    const rs = line.lastIndexOf(RS);
    if (rs < 0) {
      const value = line.at(-1) === LF ? objectOfLine(line) : undefined;
      const request = value !== undefined && isLineRequest(value);
      if (request && deviations.has("v0-line-never-latches")) output(line);
      else {
        if (request) version = 0;
        lines.take(line);
      }
      return NOTHING;
    }
    const record = line.subarray(rs);
    const valid = line.at(-1) === LF && isFrame(record);
    if (valid) version = 1;
    else if (deviations.has("early-record-answered")) write(encodeFrame(REFUSAL));
    output(valid || deviations.has("early-record-lost") ? line.subarray(0, rs) : line);
    return valid ? record : NOTHING;
  };
  const take = (line: Uint8Array): Uint8Array => {
    if (version === 1) return line;
    if (version === undefined) return latch(line);
    if (line.includes(RS) && deviations.has("v1-after-v0-latch")) return line;
    lines.take(line);
    return NOTHING;
  };

  return {
    get version() {
      return version;
    },
    push(chunk) {
      if (isV1()) return chunk;
      const rest = reader.push(chunk).map(take);
      if (isV1()) rest.push(...reader.end());
      return Buffer.concat(rest);
    },
    end() {
      for (const line of reader.end()) take(line);
    },
  };
}
