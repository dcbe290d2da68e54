import { StoreError } from "../store-error.js";
import { isStorableText } from "../storable-text.js";
import type { ContentWriter, FileQuery, FileScope, StoredFile } from "../store.js";
import { createChunks } from "./chunks.js";
import { createContentWriter } from "./content-writer.js";
import type { Filing } from "./content-writer.js";
import type { Database } from "./database.js";

/** The table `files` and the contents it names. */
export interface Files {
  get(id: string, scope: FileScope): Promise<StoredFile | undefined>;
  list(query: FileQuery): Promise<StoredFile[]>;
  readContent(content: number, offset: number, length: number): Promise<Uint8Array>;
  write(): ContentWriter;
  /** Drops what killed processes have left. */
  sweep(): Promise<void>;
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

/** The class of the locks that hold a project's list while a file is added. */
const LIST_LOCK = 0x5a4d;

const IN_SCOPE = "project_id = $1 AND (conversation_id IS NULL OR conversation_id = $2::text)";

/** Keeps files in their tables. */
export function createFiles(database: Database, { now, newId }: Sources): Files {
  const chunks = createChunks(database);

  const filing: Filing = {
    async find(query, content) {
      const [row] = await query<FileRow>("SELECT * FROM sandpipe.files WHERE content = $1", [content]);
      return row && toStoredFile(row);
    },
    async insert(query, { content, size, sha256 }, file) {
      const id = file.id ?? newId();
      for (const [member, text] of Object.entries({ ...file, id })) {
        if (typeof text !== "string" || isStorableText(text)) continue;
        throw new StoreError(
          "store_bad_value",
          `A file's ${member} may hold neither NUL nor lone surrogates.`,
        );
      }
      // One after the other: were a later position seen before an earlier one, a page in between would miss a file.
      await query("SELECT pg_advisory_xact_lock($1, hashtext($2))", [LIST_LOCK, file.projectId]);
      // Microseconds, but always one more than the last: a clock set back can't put a file before a cursor.
      const [row] = await query<FileRow>(
        `INSERT INTO sandpipe.files
           (position, project_id, id, conversation_id, name, mime, size, sha256, modified_at, content)
         SELECT greatest($1::bigint, 1 + coalesce(max(position), 0)), $2, $3, $4, $5, $6, $7, $8, $9, $10
         FROM sandpipe.files WHERE project_id = $2
         RETURNING *`,
        [
          now() * 1000,
          file.projectId,
          id,
          file.conversationId ?? null,
          file.name,
          file.mime ?? null,
          size,
          sha256,
          new Date(now()).toISOString(),
          content,
        ],
      );
      return toStoredFile(row as FileRow);
    },
  };

  return {
    async get(id, scope) {
      if (!isStorableText(id)) return undefined;
      const [row] = await database.repeat<FileRow>(
        `SELECT * FROM sandpipe.files WHERE ${IN_SCOPE} AND id = $3`,
        [scope.projectId, scope.conversationId ?? null, id],
      );
      return row && toStoredFile(row);
    },
    async list({ scope, conversationOnly, after, limit }) {
      const wanted = conversationOnly === true ? "project_id = $1 AND conversation_id = $2::text" : IN_SCOPE;
      const rows = await database.repeat<FileRow>(
        `SELECT * FROM sandpipe.files WHERE ${wanted} AND position > $3 ORDER BY position LIMIT $4`,
        [scope.projectId, scope.conversationId ?? null, after ?? 0, limit],
      );
      return rows.map(toStoredFile);
    },
    readContent: (content, offset, length) => chunks.read(content, offset, length),
    write: () => createContentWriter(database, chunks, now, filing),
    sweep: () => chunks.sweep(now() - ABANDONED_AFTER_MS),
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
