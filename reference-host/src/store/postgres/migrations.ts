import { StoreError } from "../store-error.js";
import type { Database, Query } from "./database.js";

/** Each entry brings the store from its index to the next version. Released entries never change. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sandpipe.projects (
    number bigint GENERATED ALWAYS AS IDENTITY,
    id text PRIMARY KEY,
    name text NOT NULL,
    metadata text NOT NULL
  );
  -- A hash index, for a name may be longer than an entry of a tree.
  CREATE INDEX projects_by_name ON sandpipe.projects USING hash (name);
  CREATE TABLE sandpipe.conversations (
    id text PRIMARY KEY,
    project_id text NOT NULL,
    title text
  );
  CREATE TABLE sandpipe.messages (
    conversation_id text NOT NULL,
    position bigint NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (conversation_id, position)
  );
  CREATE TABLE sandpipe.contents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at bigint NOT NULL
  );
  CREATE INDEX contents_by_age ON sandpipe.contents (created_at);
  CREATE TABLE sandpipe.chunks (
    content bigint NOT NULL REFERENCES sandpipe.contents ON DELETE CASCADE,
    number integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (content, number)
  );
  -- Uncompressed, a range of a chunk is read without the rest of it.
  ALTER TABLE sandpipe.chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
  CREATE TABLE sandpipe.files (
    project_id text NOT NULL,
    position bigint NOT NULL,
    id text NOT NULL UNIQUE,
    conversation_id text,
    name text NOT NULL,
    mime text,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    modified_at text NOT NULL,
    content bigint NOT NULL UNIQUE REFERENCES sandpipe.contents,
    PRIMARY KEY (project_id, position)
  );
  `,
  `
  CREATE TABLE sandpipe.sessions (
    hash text PRIMARY KEY,
    session text NOT NULL,
    state text NOT NULL,
    used_at bigint NOT NULL
  );
  `,
];

/** The key of the lock that those who migrate hold: "sandpipe" in ASCII, folded to 32 bits. */
const MIGRATION_LOCK = 0x1d0e0512;

/**
 * Brings the schema `sandpipe` of the database to this program's version, all steps or none; of several programs
 * that start at once, one does it and the others wait.
 * @throws StoreError `store_newer` or `store_foreign`, before anything is changed
 */
export async function migrate(database: Database, location: string): Promise<void> {
  await database.transaction(async (query) => {
    await query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    const version = await readVersion(query, location);
    if (version > MIGRATIONS.length) {
      throw new StoreError(
        "store_newer",
        `The store ${location} has version ${version}, this program knows ${MIGRATIONS.length}. Use the newer ` +
          `sandpipe-host that wrote it, or another --store.`,
      );
    }
    if (version === MIGRATIONS.length) return;
    for (const step of MIGRATIONS.slice(version)) await query(step);
    await query("UPDATE sandpipe.store SET version = $1", [MIGRATIONS.length]);
  });
}

async function readVersion(query: Query, location: string): Promise<number> {
  const [there] = await query<{ schema: string | null; store: string | null }>(
    "SELECT to_regnamespace('sandpipe')::text AS schema, to_regclass('sandpipe.store')::text AS store",
  );
  if (there?.schema == null) {
    await query("CREATE SCHEMA sandpipe");
  } else if (there.store === null && (await countTables(query)) > 0) {
    throw new StoreError(
      "store_foreign",
      `${location} has a schema named sandpipe that another program made. Name another database; nothing in it was ` +
        `changed.`,
    );
  }
  if (there?.store == null) {
    await query("CREATE TABLE sandpipe.store (version integer NOT NULL)");
    await query("INSERT INTO sandpipe.store VALUES (0)");
    return 0;
  }
  const [row] = await query<{ version: number }>("SELECT version FROM sandpipe.store");
  if (row !== undefined) return row.version;
  throw new StoreError(
    "store_damaged",
    `The store ${location} has lost its version. Restore it from a backup, or start with a new one.`,
  );
}

async function countTables(query: Query): Promise<number> {
  const rows = await query("SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('sandpipe')");
  return rows.length;
}
