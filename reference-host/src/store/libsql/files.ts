import { StoreError } from "../store-error.js";
import { isStorableText } from "../storable-text.js";
import type { ContentWriter, FileQuery, FileScope, NewFile, StoredFile } from "../store.js";
import { createChunks } from "./chunks.js";
import type { Connection } from "./connection.js";
import { createContentWriter } from "./content-writer.js";
import type { FinishedContent } from "./content-writer.js";

/** The table `files` and the contents it names. */
export interface Files {
  get(id: string, scope: FileScope): StoredFile | undefined;
  list(query: FileQuery): StoredFile[];
  readContent(content: number, offset: number, length: number): Uint8Array;
  write(): ContentWriter;
}

/** What the tables need from outside. */
export interface Sources {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

interface FileRow {
  position: number;
  id: string;
  project_id: string;
  conversation_id: string | null;
  name: string;
  mime: string | null;
  size: number;
  sha256: string;
  modified_at: string;
  content: number;
}

/** How long a content that was never filed is left to a process that may still be writing it. */
const ABANDONED_AFTER_MS = 86_400_000;

const IN_SCOPE = "project_id = ? AND (conversation_id IS NULL OR conversation_id = ?)";

/** Keeps files in their tables; drops what killed processes have left. */
export function createFiles(connection: Connection, { now, newId }: Sources): Files {
  const chunks = createChunks(connection);
  connection.transaction(() => chunks.sweep(now() - ABANDONED_AFTER_MS));

  function insert(finished: FinishedContent, file: NewFile): StoredFile {
    const id = file.id ?? newId();
    for (const [member, text] of Object.entries({ ...file, id })) {
      if (typeof text !== "string" || isStorableText(text)) continue;
      throw new StoreError("store_bad_value", `A file's ${member} may hold neither NUL nor lone surrogates.`);
    }
    // Microseconds, but always one more than the last: files of one instant keep their order, a clock set back
    // can't put a file before a cursor, and a cursor tells no more than the file's own time.
    connection.run(
      `INSERT INTO files VALUES (
         max(?, 1 + (SELECT coalesce(max(position), 0) FROM files)), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      now() * 1000,
      id,
      file.projectId,
      file.conversationId ?? null,
      file.name,
      file.mime ?? null,
      finished.size,
      finished.sha256,
      new Date(now()).toISOString(),
      finished.content,
    );
    return toStoredFile(connection.get<FileRow>("SELECT * FROM files WHERE id = ?", id) as FileRow);
  }

  return {
    get(id, scope) {
      if (!isStorableText(id)) return undefined;
      const row = connection.get<FileRow>(
        `SELECT * FROM files WHERE id = ? AND ${IN_SCOPE}`,
        id,
        scope.projectId,
        scope.conversationId ?? null,
      );
      return row && toStoredFile(row);
    },
    list({ scope, conversationOnly, after, limit }) {
      const wanted = conversationOnly === true ? "project_id = ? AND conversation_id = ?" : IN_SCOPE;
      return connection
        .all<FileRow>(
          `SELECT * FROM files WHERE ${wanted} AND position > ? ORDER BY position LIMIT ?`,
          scope.projectId,
          scope.conversationId ?? null,
          after ?? 0,
          limit,
        )
        .map(toStoredFile);
    },
    readContent: (content, offset, length) => chunks.read(content, offset, length),
    write: () => createContentWriter(connection, chunks, now, insert),
  };
}

function toStoredFile(row: FileRow): StoredFile {
  return {
    info: {
      id: row.id,
      name: row.name,
      size: row.size,
      projectId: row.project_id,
      ...(row.conversation_id !== null && { conversationId: row.conversation_id }),
      ...(row.mime !== null && { mime: row.mime }),
      sha256: row.sha256,
      modifiedAt: row.modified_at,
    },
    content: row.content,
    position: row.position,
  };
}
