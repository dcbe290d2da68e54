import type { ContentId } from "../store.js";
import type { Connection } from "./connection.js";

/** Bytes of one row. Every row of a content but its last has exactly this many. */
export const CHUNK_BYTES = 262_144;

/** Contents as rows of fixed size, so that a range is found by division and touches only its own rows. */
export interface Chunks {
  create(createdAt: number): ContentId;
  append(content: ContentId, number: number, bytes: Uint8Array): void;
  read(content: ContentId, offset: number, length: number): Uint8Array;
  drop(content: ContentId): void;
  /** Drops contents that were begun before then and never filed: what a killed process has left. */
  sweep(before: number): void;
}

/** Keeps contents in the tables `contents` and `chunks`. */
export function createChunks(connection: Connection): Chunks {
  return {
    create: (createdAt) => connection.run("INSERT INTO contents (created_at) VALUES (?)", createdAt).lastId,
    append(content, number, bytes) {
      connection.run("INSERT INTO chunks VALUES (?, ?, ?)", content, number, bytes);
    },
    read(content, offset, length) {
      const first = Math.floor(offset / CHUNK_BYTES);
      const parts: Uint8Array[] = [];
      let left = length;
      for (let number = first; left > 0; number += 1) {
        const skip = number === first ? offset - first * CHUNK_BYTES : 0;
        const part = readRow(connection, content, number, skip, Math.min(left, CHUNK_BYTES - skip));
        if (part === undefined) break;
        parts.push(part);
        left -= part.byteLength;
        if (skip + part.byteLength < CHUNK_BYTES) break;
      }
      return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    },
    drop(content) {
      connection.transaction(() => {
        connection.run("DELETE FROM chunks WHERE content = ?", content);
        connection.run("DELETE FROM contents WHERE id = ?", content);
      });
    },
    sweep(before) {
      const left = "SELECT id FROM contents WHERE created_at < ? AND id NOT IN (SELECT content FROM files)";
      connection.run(`DELETE FROM chunks WHERE content IN (${left})`, before);
      connection.run(`DELETE FROM contents WHERE id IN (${left})`, before);
    },
  };
}

function readRow(
  connection: Connection,
  content: ContentId,
  number: number,
  skip: number,
  length: number,
): Uint8Array | undefined {
  const row =
    skip === 0 && length === CHUNK_BYTES
      ? connection.get<{ bytes: Uint8Array }>(
          "SELECT bytes FROM chunks WHERE content = ? AND number = ?",
          content,
          number,
        )
      : connection.get<{ bytes: Uint8Array }>(
          "SELECT substr(bytes, ?, ?) AS bytes FROM chunks WHERE content = ? AND number = ?",
          skip + 1,
          length,
          content,
          number,
        );
  return row?.bytes;
}
