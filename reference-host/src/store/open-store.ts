import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importFile } from "./import-file.js";
import { importFixture } from "./import-fixture.js";
import { connect } from "./libsql/connection.js";
import { createConversations } from "./libsql/conversations.js";
import { createFiles } from "./libsql/files.js";
import { migrate } from "./libsql/migrations.js";
import { createProjects } from "./libsql/projects.js";
import { StoreError } from "./store-error.js";
import type { Store } from "./store.js";

/** What a store takes from outside. */
export interface OpenStoreOptions {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** A new id that was never given before; default a random UUID. */
  readonly newId?: () => string;
}

/**
 * Opens the store of that file, made when it isn't there, or a private one in memory for `:memory:`. Several
 * processes may have the same file open.
 * @throws StoreError `store_damaged`, `store_newer`, `store_foreign`, `store_locked` or `store_unavailable`
 */
export function openStore(location: string, options: OpenStoreOptions = {}): Store {
  const sources = { now: options.now ?? Date.now, newId: options.newId ?? randomUUID };
  const connection = connect(location);
  try {
    // Larger pages halve the time of reading a chunk; it must come before the first table.
    connection.get("PRAGMA page_size = 16384");
    connection.get("PRAGMA journal_mode = WAL");
    connection.get("PRAGMA synchronous = NORMAL");
    migrate(connection, location);
    const files = createFiles(connection, sources);
    const projects = createProjects(connection, sources.newId);
    const conversations = createConversations(connection, sources);
    const store: Store = {
      createProject: projects.create,
      getProject: projects.get,
      findProject: projects.find,
      createConversation: conversations.create,
      getConversation: conversations.get,
      appendMessage: conversations.append,
      listMessages: conversations.messages,
      getFile: files.get,
      listFiles: files.list,
      readContent: files.readContent,
      writeContent: files.write,
      importFile: (path, where) => importFile(store, path, where),
      importFixture: (fixture) => importFixture(store, fixture),
      close: () => connection.close(),
    };
    return store;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Opens a store of this process alone that lies on the disk, so that large files need no memory, and that leaves
 * nothing there, not even when the process is killed.
 */
export function openTemporaryStore(options: OpenStoreOptions = {}): Store {
  const folder = makeFolder();
  try {
    return openStore(join(folder, "store.db"), options);
  } finally {
    // The open descriptors keep the files; with their names gone the system frees them at the process's end.
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "sandpipe-store-"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      "store_unavailable",
      `No folder for a temporary store can be made: ${reason}. Name one by TMPDIR, or a store by --store FILE.`,
      error,
    );
  }
}
