import { StoreError } from "../store-error.js";
import type { Connection } from "./connection.js";

/** Each entry brings the store from its index to the next version. Released entries never change. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    metadata TEXT NOT NULL
  );
  CREATE INDEX projects_by_name ON projects (name);
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    title TEXT
  );
  CREATE TABLE messages (
    conversation_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (conversation_id, position)
  ) WITHOUT ROWID;
  CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at INTEGER NOT NULL
  );
  CREATE TABLE chunks (
    content INTEGER NOT NULL,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (content, number)
  );
  CREATE TABLE files (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL,
    conversation_id TEXT,
    name TEXT NOT NULL,
    mime TEXT,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    content INTEGER NOT NULL UNIQUE
  );
  CREATE INDEX files_by_scope ON files (project_id, position);
  `,
];

/**
 * Brings the store to this program's version, all steps or none.
 * @throws StoreError `store_newer` or `store_foreign`, before anything is changed
 */
export function migrate(connection: Connection, location: string): void {
  connection.transaction(() => {
    const version = readVersion(connection, location);
    if (version > MIGRATIONS.length) {
      throw new StoreError(
        "store_newer",
        `The store ${location} has version ${version}, this program knows ${MIGRATIONS.length}. Use the newer ` +
          `sandpipe-host that wrote it, or another --store.`,
      );
    }
    if (version === MIGRATIONS.length) return;
    for (const step of MIGRATIONS.slice(version)) connection.execute(step);
    connection.run("UPDATE sandpipe_store SET version = ?", MIGRATIONS.length);
  });
}

function readVersion(connection: Connection, location: string): number {
  const tables = connection.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  );
  if (tables.length === 0) {
    connection.execute("CREATE TABLE sandpipe_store (version INTEGER NOT NULL)");
    connection.run("INSERT INTO sandpipe_store VALUES (0)");
    return 0;
  }
  if (!tables.some((table) => table.name === "sandpipe_store")) {
    throw new StoreError(
      "store_foreign",
      `${location} is the database of another program (it has the table ${tables[0]?.name}). Name another file; ` +
        `nothing in it was changed.`,
    );
  }
  const row = connection.get<{ version: number }>("SELECT version FROM sandpipe_store");
  if (row === undefined) {
    throw new StoreError(
      "store_damaged",
      `The store ${location} has lost its version. Restore it from a backup, or start with a new one.`,
    );
  }
  return row.version;
}
