import type { ContentId } from "../store.js";
import type { Database, Query } from "./database.js";

/** Bytes of one row. Every row of a content but its last has exactly this many. */
export const CHUNK_BYTES = 262_144;

/** Contents as rows of fixed size, so that a range is found by division and touches only its own rows. */
export interface Chunks {
  create(createdAt: number): Promise<ContentId>;
  /** Writes a row, in place of one of that number: a part that was lost may be written again. */
  put(content: ContentId, number: number, bytes: Uint8Array, query?: Query): Promise<void>;
  read(content: ContentId, offset: number, length: number): Promise<Uint8Array>;
  drop(content: ContentId): Promise<void>;
  /** Drops contents that were begun before then and never filed: what a killed process has left. */
  sweep(before: number): Promise<void>;
}

/** Keeps contents in the tables `contents` and `chunks`. */
export function createChunks({ repeat }: Database): Chunks {
  return {
    async create(createdAt) {
      const [row] = await repeat<{ id: number }>(
        "INSERT INTO sandpipe.contents (created_at) VALUES ($1) RETURNING id",
        [createdAt],
      );
      return (row as { id: number }).id;
    },
    async put(content, number, bytes, query = repeat) {
      await query(
        `INSERT INTO sandpipe.chunks VALUES ($1, $2, $3)
         ON CONFLICT (content, number) DO UPDATE SET bytes = excluded.bytes`,
        [content, number, bytes],
      );
    },
    async read(content, offset, length) {
      if (length <= 0) return new Uint8Array(0);
      const first = Math.floor(offset / CHUNK_BYTES);
      const last = Math.floor((offset + length - 1) / CHUNK_BYTES);
      const skip = offset - first * CHUNK_BYTES;
      const end = offset + length - last * CHUNK_BYTES;
      const rows = await repeat<{ bytes: Buffer }>(
        `SELECT substring(bytes FROM CASE number WHEN $2 THEN $4::int + 1 ELSE 1 END
                                FOR CASE number WHEN $3 THEN $5::int ELSE ${CHUNK_BYTES} END
                                    - CASE number WHEN $2 THEN $4::int ELSE 0 END) AS bytes
         FROM sandpipe.chunks WHERE content = $1 AND number BETWEEN $2::int AND $3::int ORDER BY number`,
        [content, clampRow(first), clampRow(last), skip, end],
      );
      const [only] = rows;
      return rows.length === 1 && only ? only.bytes : Buffer.concat(rows.map((row) => row.bytes));
    },
    async drop(content) {
      await repeat("DELETE FROM sandpipe.contents WHERE id = $1", [content]);
    },
    async sweep(before) {
      await repeat(
        `DELETE FROM sandpipe.contents WHERE created_at < $1
         AND NOT EXISTS (SELECT 1 FROM sandpipe.files WHERE files.content = contents.id)`,
        [before],
      );
    },
  };
}

/** Row numbers are 32 bits wide; behind the largest there is nothing. */
function clampRow(number: number): number {
  return Math.min(number, 2_147_483_647);
}
