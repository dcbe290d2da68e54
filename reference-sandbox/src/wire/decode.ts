import { LF, RS } from "@sandpipe/spec/v1";

/** A record that parsed as a JSON object with a `jsonrpc` member. */
export interface ReceivedFrame {
  readonly [member: string]: unknown;
}

/** A push decoder of what the host writes; the same frames for the same bytes, however they are cut. */
export interface Decoder {
  /** Frames that this chunk completes. Everything else on stdin is a violation and ignored. */
  push(chunk: Uint8Array): ReceivedFrame[];
  /** Records longer than this are skipped, not held in memory. */
  setMaxFrameBytes(bytes: number): void;
}

/** Creates the sandbox's decoder (`frame:receive:any-boundary`, `frame:receive:stray-bytes`). */
export function createDecoder(maxFrameBytes: number): Decoder {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let limit = maxFrameBytes;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let skipping = false;

  /**
   * Keeps the record that these bytes, which hold no LF, begin or go on. Bytes outside a record are dropped at once
   * (`frame:receive:stray-bytes`), and so is a record beyond the limit (`limit:receive:oversized-skipped`).
   */
  const hold = (bytes: Uint8Array): void => {
    const rs = bytes.lastIndexOf(RS);
    if (rs >= 0) {
      held = [];
      heldBytes = -1; // The limit doesn't count the RS.
      skipping = false;
    } else if (skipping || held.length === 0) return;
    const part = rs > 0 ? bytes.subarray(rs) : bytes;
    heldBytes += part.length;
    if (heldBytes > limit) {
      skipping = true;
      held = [];
    } else held.push(Uint8Array.from(part)); // A copy: the receiver reuses its buffer, and Buffer's slice is a view.
  };

  /** The rest of a skipped record ends at its LF or at the RS of the next one. */
  const afterSkipped = (bytes: Uint8Array): Uint8Array => {
    const lf = bytes.indexOf(LF);
    const rs = bytes.indexOf(RS);
    return bytes.subarray(rs >= 0 && rs < lf ? rs : lf + 1);
  };

  const takeHeld = (bytes: Uint8Array): Uint8Array => {
    const fresh = skipping ? afterSkipped(bytes) : bytes;
    const whole = held.length === 0 ? fresh : Buffer.concat([...held, fresh]);
    held = [];
    heldBytes = 0;
    skipping = false;
    return whole;
  };

  /** Decodes many records at once, which is much faster than one by one; bad UTF-8 is then looked for singly. */
  const readLines = (bytes: Uint8Array, frames: ReceivedFrame[]): void => {
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch {
      let from = 0;
      for (let lf = bytes.indexOf(LF); lf >= 0; lf = bytes.indexOf(LF, from)) {
        const line = bytes.subarray(from, lf + 1);
        from = lf + 1;
        // Bytes before the last RS can be anything: they are no part of the record.
        const rs = line.lastIndexOf(RS);
        if (rs < 0) continue;
        try {
          readRecord(utf8.decode(line.subarray(rs + 1, -1)), limit, frames);
        } catch {
          // Bad UTF-8 inside the record: a violation, ignored (frame:receive:malformed-ignored).
        }
      }
      return;
    }
    let from = 0;
    // `frame:receive:many-frames`
    for (let lf = text.indexOf("\n"); lf >= 0; lf = text.indexOf("\n", from)) {
      const rs = text.lastIndexOf("\x1e", lf);
      if (rs >= from) readRecord(text.slice(rs + 1, lf), limit, frames);
      from = lf + 1;
    }
  };

  return {
    push(chunk) {
      const frames: ReceivedFrame[] = [];
      const lastLf = chunk.lastIndexOf(LF);
      if (lastLf < 0) {
        hold(chunk);
        return frames;
      }
      readLines(takeHeld(chunk.subarray(0, lastLf + 1)), frames);
      hold(chunk.subarray(lastLf + 1));
      return frames;
    },
    setMaxFrameBytes(bytes) {
      limit = bytes;
    },
  };
}

function readRecord(text: string, limit: number, frames: ReceivedFrame[]): void {
  // A character takes three bytes at most for each of its UTF-16 units: most records need no counting.
  if (text.length * 3 > limit && Buffer.byteLength(text) > limit) return; // limit:receive:oversized-skipped
  let value: unknown;
  try {
    // `frame:receive:one-cr-dropped`: to JSON it is white space.
    value = JSON.parse(text);
  } catch {
    return; // frame:receive:malformed-ignored
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  if ((value as ReceivedFrame)["jsonrpc"] !== undefined) frames.push(value as ReceivedFrame);
}
