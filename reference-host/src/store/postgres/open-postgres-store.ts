import { randomUUID } from "node:crypto";
import { importFile } from "../import-file.js";
import { importFixture } from "../import-fixture.js";
import type { OpenStoreOptions } from "../open-store.js";
import { StoreError } from "../store-error.js";
import type { Store } from "../store.js";
import { createConversations } from "./conversations.js";
import { createDatabase } from "./database.js";
import type { DatabaseOptions } from "./database.js";
import { createFiles } from "./files.js";
import { migrate } from "./migrations.js";
import { createProjects } from "./projects.js";
import { createSharedSessions } from "./session-registry.js";

/** What a store on a server takes from outside. */
export interface OpenPostgresStoreOptions extends OpenStoreOptions, DatabaseOptions {}

/**
 * Opens the store in the schema `sandpipe` of that PostgreSQL database (12 or later), made when it isn't there.
 * Several hosts may have the same one open. Every fault of the server's later is a StoreError of that call alone.
 * @throws StoreError `store_damaged`, `store_newer`, `store_foreign` or `store_unavailable`
 */
export async function openPostgresStore(url: string, options: OpenPostgresStoreOptions = {}): Promise<Store> {
  const sources = { now: options.now ?? Date.now, newId: options.newId ?? randomUUID };
  const location = withoutCredentials(url);
  const database = createDatabase(url, location, options);
  const files = createFiles(database, sources);
  const sessions = createSharedSessions(database);
  try {
    await migrate(database, location);
    await files.sweep();
    await sessions.sweep(sources.now());
  } catch (error) {
    await database.close();
    throw error;
  }
  const projects = createProjects(database, sources.newId);
  const conversations = createConversations(database, sources);
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
    sessions,
    close: () => database.close(),
  };
  return store;
}

/** The URL as messages may show it. */
function withoutCredentials(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    throw new StoreError(
      "store_unavailable",
      "The store's URL can't be read. Write postgres://USER@HOST:PORT/DATABASE, with what is special in a password " +
        "as %XX.",
    );
  }
}
