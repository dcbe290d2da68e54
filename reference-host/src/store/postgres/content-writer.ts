import { createHash } from "node:crypto";
import { StoreError } from "../store-error.js";
import type { ContentId, ContentWriter, NewFile, StoredFile } from "../store.js";
import { CHUNK_BYTES } from "./chunks.js";
import type { Chunks } from "./chunks.js";
import type { Database, Query } from "./database.js";

/** What is known of a content when it is filed. */
export interface FinishedContent {
  readonly content: ContentId;
  readonly size: number;
  readonly sha256: string;
}

/** The files that contents are filed as. */
export interface Filing {
  /** The file that the content was filed as already. */
  find(query: Query, content: ContentId): Promise<StoredFile | undefined>;
  insert(query: Query, finished: FinishedContent, as: NewFile): Promise<StoredFile>;
}

/**
 * Writes whole rows as they fill and keeps only the last, unfilled one in memory. A part that failed changes nothing
 * here, so that it can be sent again.
 */
export function createContentWriter(
  database: Database,
  chunks: Chunks,
  now: () => number,
  filing: Filing,
): ContentWriter {
  let hash = createHash("sha256");
  let content: ContentId | undefined;
  let rows = 0;
  let tail = Buffer.alloc(0);
  let filled = 0;
  let done = false;

  /** Room behind the tail's bytes, which stay where they are. */
  function makeRoom(extra: number): void {
    if (tail.byteLength >= filled + extra) return;
    const larger = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(filled + extra, tail.byteLength * 2)));
    tail.copy(larger, 0, 0, filled);
    tail = larger;
  }
  async function put(number: number, bytes: Uint8Array): Promise<void> {
    content ??= await chunks.create(now());
    await chunks.put(content, number, bytes);
  }

  return {
    get length() {
      return rows * CHUNK_BYTES + filled;
    },
    sha256: () => hash.copy().digest("hex"),
    async append(bytes) {
      if (done) throw new StoreError("store_bad_value", "This content is finished; begin another.");
      const hashed = hash.copy().update(bytes);
      let row = rows;
      let kept = filled;
      let at = 0;
      while (kept + bytes.byteLength - at >= CHUNK_BYTES) {
        const part = bytes.subarray(at, at + CHUNK_BYTES - kept);
        if (kept > 0) {
          makeRoom(part.byteLength);
          tail.set(part, kept);
        }
        await put(row, kept > 0 ? tail : part);
        row += 1;
        kept = 0;
        at += part.byteLength;
      }
      filled = kept;
      makeRoom(bytes.byteLength - at);
      tail.set(bytes.subarray(at), filled);
      filled += bytes.byteLength - at;
      rows = row;
      hash = hashed;
    },
    async read(offset, length) {
      const stored = rows * CHUNK_BYTES;
      const head =
        content === undefined || offset >= stored
          ? new Uint8Array(0)
          : await chunks.read(content, offset, Math.min(length, stored - offset));
      const from = Math.max(0, offset - stored);
      const to = Math.min(filled, offset + length - stored);
      return to <= from ? head : Buffer.concat([head, tail.subarray(from, to)]);
    },
    async finish(as) {
      if (done) throw new StoreError("store_bad_value", "This content is finished already.");
      // Before the transaction: by its content a file is known again when the answer of the commit was lost.
      content ??= await chunks.create(now());
      const finished = { content, size: rows * CHUNK_BYTES + filled, sha256: hash.copy().digest("hex") };
      const stored = await database.transactionOnce(async (query, again) => {
        const before = again ? await filing.find(query, finished.content) : undefined;
        if (before !== undefined) return before;
        if (filled > 0) await chunks.put(finished.content, rows, tail.subarray(0, filled), query);
        return filing.insert(query, finished, as);
      });
      done = true;
      return stored;
    },
    async discard() {
      if (done) return;
      done = true;
      if (content === undefined) return;
      try {
        await chunks.drop(content);
      } catch {
        // The server is away: what is left is swept a day later.
      }
    },
  };
}
