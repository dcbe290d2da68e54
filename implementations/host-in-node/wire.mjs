/** Framing of the Sandpipe protocol, version 1: bytes to frames, output and violations. Nothing here knows a session. */
const [RS, LF] = [0x1e, 0x0a];
const KINDS = [
  "session_not_open",
  "unsupported_protocol",
  "not_found",
  "out_of_scope",
  "limit_exceeded",
  "busy",
];
KINDS.push("cancelled", "deadline_exceeded", "duplicate_id", "unavailable", "unauthorized"); // 1001 and on

/** A method's own error: code from 2000, message, data. */
export class Refused extends Error {
  constructor(code, message, data) {
    super(message);
    Object.assign(this, { code, data });
  }
}

/** Whether a value is an id: then a Map tells it from all others, its type too. */
export const isId = (id) =>
  typeof id === "string" ? id !== "" && [...id].length <= 128 : Number.isSafeInteger(id);

/** An error as a response carries it; Sandpipe's own codes bring their kind. */
export function refusal(code, message = "refused", data = undefined) {
  const kind = KINDS[code - 1001];
  const all = kind === undefined ? data : { kind, ...data };
  return { error: { code, message, ...(all !== undefined && { data: all }) } };
}

/** One response as a frame, or limit_exceeded in its place where it is too large. */
export function encode(id, answer, most) {
  const text = JSON.stringify({ jsonrpc: "2.0", id, ...answer });
  return Buffer.byteLength(text) <= most ? `\u001e${text}\n` : encode(id, refusal(1005), most);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The frame that a record is, or the code of the error that it deserves, or null where it deserves no answer. */
export function judge(record, most) {
  try {
    const text = decoder.decode(record);
    let [depth, deepest] = [0, 0];
    for (const sign of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").match(/[{}[\]]/g) ?? [])
      deepest = Math.max(deepest, (depth += "{[".includes(sign) ? 1 : -1));
    if (deepest > most) return 1005;
    const frame = JSON.parse(text, (_, value) => {
      if (value === Infinity || value === -Infinity) throw new RangeError("a number that no double holds");
      if (typeof value === "string" && !value.isWellFormed()) throw new RangeError("a lone surrogate");
      return value;
    });
    if (frame === null || typeof frame !== "object" || Array.isArray(frame)) return -32700;
    return "jsonrpc" in frame ? frame : null;
  } catch {
    return -32700;
  }
}

/** Splits stdout on the bytes RS and LF, in whatever pieces it comes; yields {output, frame, violation}. */
export class Splitter {
  constructor(limits) {
    Object.assign(this, { limits, record: undefined, size: 0 });
  }

  *feed(data) {
    for (let at = 0; at < data.length;) {
      const ends = [data.indexOf(RS, at), this.record ? data.indexOf(LF, at) : -1].filter((end) => end >= 0);
      const end = Math.min(...ends, data.length);
      const piece = data.subarray(at, end);
      if (this.record === undefined) yield { output: piece };
      else {
        const room = this.limits.maxFrameBytes + 1 - this.size;
        if (room > 0) this.record.push(Buffer.from(piece.subarray(0, room)));
        this.size += piece.length;
      }
      if (end < data.length) yield* this.close(data[end]);
      at = end + 1;
    }
  }

  /** A record has ended: by LF, by the RS of the next one, or with the stream. */
  *close(end) {
    const { record, size } = this;
    Object.assign(this, { record: end === RS ? [] : undefined, size: 0 });
    if (record === undefined) return;
    const bytes = Buffer.concat(record);
    const large = size > this.limits.maxFrameBytes;
    const found = large ? 1005 : end === LF ? judge(bytes, this.limits.maxDepth) : -32700;
    if (found !== null && typeof found === "object") yield { frame: found };
    else {
      const output = Buffer.concat([Buffer.of(RS), bytes, Buffer.from(end === LF ? "\n" : "")]);
      const code = end === undefined ? null : found;
      yield { output: large ? Buffer.alloc(0) : output, violation: { code, skipped: large ? size : 0 } };
    }
  }
}
