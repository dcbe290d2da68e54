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

  const hold = (bytes: Uint8Array): void => {
    if (bytes.length === 0 || skipping) return;
    heldBytes += bytes.length;
    // RS and a CR come on top of what the limit counts.
    if (heldBytes > limit + 2) {
      skipping = true;
      held = [];
    } else held.push(Uint8Array.from(bytes)); // A copy: the receiver reuses its buffer, and Buffer's slice is a view.
  };

  const takeHeld = (bytes: Uint8Array): Uint8Array => {
    const whole = held.length === 0 ? bytes : Buffer.concat([...held, bytes]);
    const skipped = skipping;
    held = [];
    heldBytes = 0;
    skipping = false;
    if (!skipped) return whole;
    // The rest of a skipped record is dropped; what follows its LF is whole again.
    return bytes.subarray(bytes.indexOf(LF) + 1);
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
          readRecord(utf8.decode(line.subarray(rs + 1)), frames);
        } catch {
          // Bad UTF-8 inside the record: a violation, ignored (frame:receive:malformed-ignored).
        }
      }
      return;
    }
    let from = 0;
    for (let lf = text.indexOf("\n"); lf >= 0; lf = text.indexOf("\n", from)) {
      const rs = text.lastIndexOf("\x1e", lf);
      if (rs >= from) readRecord(text.slice(rs + 1, lf), frames);
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

function readRecord(text: string, frames: ReceivedFrame[]): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return; // frame:receive:malformed-ignored
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  if ((value as ReceivedFrame)["jsonrpc"] !== undefined) frames.push(value as ReceivedFrame);
}
