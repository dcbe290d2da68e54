import type { FileInfo, Limits } from "@sandpipe/spec/v1";
import type { Call } from "./files.js";

/** What a new file may be made from: at once, or in pieces as they come. */
export type FileContent = string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<Uint8Array>;

/** What a new file is, beside its bytes. */
export interface NewFile {
  readonly name: string;
  readonly mime?: string | undefined;
}

/** Room for everything of a frame but its content. */
const ENVELOPE_BYTES = 1_024;

/** Stores a new file: in one frame where it fits, else by parts of which nothing is visible before the last (`files.commit`). */
export async function upload(
  call: Call,
  file: NewFile,
  content: FileContent,
  limits: Pick<Limits, "maxFrameBytes">,
): Promise<FileInfo> {
  const named = { name: file.name, ...(file.mime === undefined ? {} : { mime: file.mime }) };
  const room = limits.maxFrameBytes - ENVELOPE_BYTES - Buffer.byteLength(JSON.stringify(named));
  if (typeof content === "string") {
    // A UTF-16 unit is at most 6 bytes of JSON, so most texts need no count.
    if (content.length * 6 <= room || Buffer.byteLength(JSON.stringify(content)) <= room)
      return call("files.write", { ...named, content, encoding: "utf8" });
  } else if (content instanceof Uint8Array && Math.ceil(content.length / 3) * 4 <= room)
    return call("files.write", { ...named, content: toBase64(content), encoding: "base64" });

  const { createHash } = process.getBuiltinModule("node:crypto");
  const hash = createHash("sha256");
  const { uploadId } = await call("files.create", named);
  let offset = 0;
  for await (const part of cut(content, Math.floor(room / 4) * 3)) {
    hash.update(part);
    await call("files.append", { uploadId, offset, content: toBase64(part), encoding: "base64" });
    offset += part.length;
  }
  return call("files.commit", { uploadId, sha256: hash.digest("hex") });
}

/** The same bytes in pieces of `size`, whatever pieces they came in; a character may be cut, its bytes are not lost. */
async function* cut(content: FileContent, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const piece of pieces) {
    let bytes: Uint8Array = typeof piece === "string" ? Buffer.from(piece) : checked(piece);
    while (heldBytes + bytes.length >= size) {
      const rest = size - heldBytes;
      yield Buffer.concat([...held, bytes.subarray(0, rest)]);
      held = [];
      heldBytes = 0;
      bytes = bytes.subarray(rest);
    }
    if (bytes.length === 0) continue;
    // A copy: the source may use its buffer again.
    held.push(Uint8Array.from(bytes));
    heldBytes += bytes.length;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}

function checked(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  throw new TypeError(`files.write takes text, bytes or pieces of these, and one piece is ${typeof piece}`);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
