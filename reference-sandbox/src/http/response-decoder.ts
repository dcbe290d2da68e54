/** One HTTP/1.x answer. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; lines of one name joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Whether the server keeps the connection for a next request. */
  readonly keepAlive: boolean;
}

/** A push decoder of one answer; the same for every chunking. Throws an Error that says what is no HTTP/1.1. */
export interface ResponseDecoder {
  /** The answer, once it is whole. Bytes beyond it make it end the connection. */
  push(bytes: Uint8Array): HttpResponse | undefined;
  /** The stream's end, which may be the end of the answer. */
  end(): HttpResponse | undefined;
}

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_CHUNK_LINE_BYTES = 4 * 1024;

interface Head {
  readonly version: string;
  readonly status: number;
  readonly headers: Map<string, string>;
}

/** Creates the decoder of the next answer (RFC 9112, the part that a client of JSON needs). */
export function createResponseDecoder(maxBodyBytes: () => number): ResponseDecoder {
  /** What is not taken yet: a view of the caller's bytes during a push, a copy between two. */
  let held: Buffer = Buffer.alloc(0);
  let head: Head | undefined;
  /** Bytes of the body, or of the chunk, that are still to come; undefined: until the stream's end. */
  let left: number | undefined;
  let part: "length" | "end" | "chunk-size" | "chunk" | "chunk-end" | "trailer" = "length";
  /** The body of a known length, made once and filled, or the pieces of any other. */
  let whole: Buffer | undefined;
  let pieces: Buffer[] = [];
  let bodyBytes = 0;

  /** The next line without its line end; undefined while it is not whole. */
  const takeLine = (most: number): string | undefined => {
    const lf = held.indexOf(0x0a);
    if (lf > most || (lf < 0 && held.length > most)) throw new Error(`a line of more than ${most} bytes`);
    if (lf < 0) return undefined;
    const line = held.toString("latin1", 0, lf).replace(/\r$/, "");
    held = held.subarray(lf + 1);
    return line;
  };

  const takeBody = (most: number): void => {
    const bytes = held.subarray(0, most);
    held = held.subarray(bytes.length);
    const before = bodyBytes;
    bodyBytes += bytes.length;
    // A body of known length is refused before anything is kept for it.
    if (bodyBytes > maxBodyBytes() || (part === "length" && most > maxBodyBytes()))
      throw new Error(`a body of more than ${maxBodyBytes()} bytes`);
    if (part === "length") bytes.copy((whole ??= Buffer.allocUnsafe(most)), before);
    else if (bytes.length > 0) pieces.push(Buffer.from(bytes));
  };

  const finish = (keptOpen: boolean): HttpResponse => {
    const { version, status, headers } = head as Head;
    const wish = (headers.get("connection") ?? "").toLowerCase().split(/\s*,\s*/);
    const keeps = version === "1.1" ? !wish.includes("close") : wish.includes("keep-alive");
    const body = whole ?? Buffer.concat(pieces);
    whole = undefined;
    pieces = [];
    return { status, headers, body, keepAlive: keptOpen && keeps && held.length === 0 };
  };

  const readHead = (): boolean => {
    const end = /\r?\n\r?\n/.exec(held.toString("latin1", 0, MAX_HEAD_BYTES));
    if (end === null) {
      if (held.length >= MAX_HEAD_BYTES) throw new Error(`headers of more than ${MAX_HEAD_BYTES} bytes`);
      return false;
    }
    head = parseHead(held.toString("latin1", 0, end.index));
    held = held.subarray(end.index + end[0].length);
    // Interim answers come before the one that counts.
    if (head.status >= 100 && head.status < 200) {
      if (head.status === 101) throw new Error("status 101, which nobody asked for");
      head = undefined;
      return readHead();
    }
    [part, left] = bodyOf(head);
    return true;
  };

  const read = (): HttpResponse | undefined => {
    if (head === undefined && !readHead()) return undefined;
    for (;;) {
      if (part === "length" || part === "chunk") {
        const before = held.length;
        takeBody(left as number);
        left = (left as number) - (before - held.length);
        if (left > 0) return undefined;
        if (part === "length") return finish(true);
        part = "chunk-end";
      } else if (part === "end") {
        takeBody(held.length);
        return undefined;
      } else {
        const line = takeLine(MAX_CHUNK_LINE_BYTES);
        if (line === undefined) return undefined;
        if (part === "trailer") {
          if (line === "") return finish(true);
        } else if (part === "chunk-end") {
          if (line !== "") throw new Error("a chunk that is longer than it says");
          part = "chunk-size";
        } else {
          left = readChunkSize(line);
          part = left === 0 ? "trailer" : "chunk";
        }
      }
    }
  };

  return {
    push(bytes) {
      held = held.length === 0 ? viewOf(bytes) : Buffer.concat([held, bytes]);
      const response = read();
      // The caller fills its buffer again.
      held = Buffer.from(held);
      return response;
    },
    end: () => (head !== undefined && part === "end" ? finish(false) : undefined),
  };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function parseHead(text: string): Head {
  const [first = "", ...lines] = text.split(/\r?\n/);
  const status = /^HTTP\/(1\.[01]) ([1-5][0-9]{2})(?: |$)/.exec(first);
  if (status === null) throw new Error(`the first line ${JSON.stringify(first.slice(0, 80))}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const pair = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (pair === null) throw new Error(`the header line ${JSON.stringify(line.slice(0, 80))}`);
    const name = (pair[1] as string).toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? (pair[2] as string) : `${before}, ${pair[2]}`);
  }
  return { version: status[1] as string, status: Number(status[2]), headers };
}

function bodyOf({ status, headers }: Head): ["length" | "end" | "chunk-size", number | undefined] {
  if (status === 204 || status === 304) return ["length", 0];
  const encoding = headers.get("transfer-encoding");
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== "chunked") throw new Error(`the transfer encoding ${encoding}`);
    return ["chunk-size", undefined];
  }
  const length = headers.get("content-length");
  if (length === undefined) return ["end", undefined];
  // The same length twice is allowed (RFC 9110, section 8.6).
  const [first = "", ...more] = length.split(/\s*,\s*/);
  if (!/^[0-9]{1,15}$/.test(first) || more.some((other) => other !== first))
    throw new Error(`the content length ${JSON.stringify(length)}`);
  return ["length", Number(first)];
}

function readChunkSize(line: string): number {
  const size = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;|$)/.exec(line);
  if (size === null) throw new Error(`the chunk size ${JSON.stringify(line.slice(0, 40))}`);
  return parseInt(size[1] as string, 16);
}
