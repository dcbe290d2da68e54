import type { Eventual } from "./eventual.js";
import { openStore, openTemporaryStore } from "./open-store.js";
import type { OpenStoreOptions } from "./open-store.js";
import type { Store } from "./store.js";

/**
 * Opens the store that a location names: a `postgres://` URL, a file, or, where there is none, a store of this
 * process alone.
 * @throws StoreError as `openStore` and `openPostgresStore` do
 */
export function openStoreAt(location: string | undefined, options: OpenStoreOptions = {}): Eventual<Store> {
  if (location === undefined) return openTemporaryStore(options);
  if (!isPostgresUrl(location)) return openStore(location, options);
  // Loaded only where it is needed: most runs of the command have their store in a file.
  return import("./postgres/open-postgres-store.js").then(({ openPostgresStore }) =>
    openPostgresStore(location, options),
  );
}

/** Whether a store's location is a PostgreSQL server's. */
function isPostgresUrl(location: string): boolean {
  return /^postgres(?:ql)?:/i.test(location);
}
