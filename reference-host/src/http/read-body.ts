import type { IncomingMessage, ServerResponse } from "node:http";
import { createRecordBuffer } from "../bytes/record-buffer.js";

/** What became of a body; nothing is called when the client goes away before its end. */
export interface BodyReader {
  /** It is whole and within the limit. */
  whole(body: Buffer): void;
  /** It has more bytes than the limit, or says so: no more of it is read here. */
  tooLarge(): void;
}

/** Reads a body of at most `limit` bytes, and asks a client that waits to be asked to send it. */
export function readBody(req: IncomingMessage, res: ServerResponse, limit: number, reader: BodyReader): void {
  // `http:rpc:too-large`: known before a byte is read.
  if (Number(req.headers["content-length"] ?? 0) > limit) return reader.tooLarge();
  const held = createRecordBuffer(limit);
  const onData = (chunk: Buffer): void => {
    if (held.length + chunk.length <= limit) return held.append(chunk, 0, chunk.length);
    req.off("data", onData);
    req.off("end", onEnd);
    held.clear();
    reader.tooLarge();
  };
  const onEnd = (): void => reader.whole(held.bytes());
  req.on("data", onData);
  req.on("end", onEnd);
  if (req.headers.expect !== undefined) res.writeContinue();
}
