import { createHash } from "node:crypto";
import { StoreError } from "../store-error.js";
import type { ContentId, ContentWriter, NewFile, StoredFile } from "../store.js";
import { CHUNK_BYTES } from "./chunks.js";
import type { Chunks } from "./chunks.js";
import type { Connection } from "./connection.js";

/** What is known of a content when it is filed. */
export interface FinishedContent {
  readonly content: ContentId;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Writes whole rows as they fill and keeps only the last, unfilled one in memory. A content smaller than one row
 * touches the database once, when it is filed.
 */
export function createContentWriter(
  connection: Connection,
  chunks: Chunks,
  now: () => number,
  file: (finished: FinishedContent, as: NewFile) => StoredFile,
): ContentWriter {
  const hash = createHash("sha256");
  let content: ContentId | undefined;
  let rows = 0;
  let tail = new Uint8Array(0);
  let filled = 0;
  let done = false;

  function flush(): void {
    content ??= chunks.create(now());
    chunks.append(content, rows, tail.subarray(0, filled));
    rows += 1;
    filled = 0;
  }
  function makeRoom(extra: number): void {
    const wanted = Math.min(CHUNK_BYTES, filled + extra);
    if (tail.byteLength >= wanted) return;
    const larger = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(wanted, tail.byteLength * 2)));
    larger.set(tail.subarray(0, filled));
    tail = larger;
  }

  return {
    get length() {
      return rows * CHUNK_BYTES + filled;
    },
    sha256: () => hash.copy().digest("hex"),
    append(bytes) {
      if (done) throw new StoreError("store_bad_value", "This content is finished; begin another.");
      hash.update(bytes);
      for (let at = 0; at < bytes.byteLength;) {
        makeRoom(bytes.byteLength - at);
        const part = bytes.subarray(at, at + CHUNK_BYTES - filled);
        tail.set(part, filled);
        filled += part.byteLength;
        at += part.byteLength;
        if (filled === CHUNK_BYTES) flush();
      }
    },
    read(offset, length) {
      const stored = rows * CHUNK_BYTES;
      const head =
        content === undefined || offset >= stored
          ? new Uint8Array(0)
          : chunks.read(content, offset, Math.min(length, stored - offset));
      const from = Math.max(0, offset - stored);
      const to = Math.min(filled, offset + length - stored);
      return to <= from ? head : Buffer.concat([head, tail.subarray(from, to)]);
    },
    finish(as) {
      if (done) throw new StoreError("store_bad_value", "This content is finished already.");
      const size = rows * CHUNK_BYTES + filled;
      // Hash first, so that a fault in the transaction leaves the writer as it was.
      const sha256 = hash.copy().digest("hex");
      const before = { content, rows, filled };
      try {
        return connection.transaction(() => {
          if (filled > 0) flush();
          content ??= chunks.create(now());
          const stored = file({ content, size, sha256 }, as);
          done = true;
          return stored;
        });
      } catch (error) {
        ({ content, rows, filled } = before);
        done = false;
        throw error;
      }
    },
    discard() {
      if (done) return;
      done = true;
      if (content !== undefined) chunks.drop(content);
    },
  };
}
