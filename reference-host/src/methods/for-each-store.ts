import { afterAll, beforeAll, describe } from "vitest";
import { openTemporaryStore } from "../store/open-store.js";
import { openPostgresStore } from "../store/postgres/open-postgres-store.js";
import { startTestServer } from "../store/postgres/test-server.js";
import type { TestServer } from "../store/postgres/test-server.js";
import type { Store } from "../store/store.js";

/** Holds the same tests against every store; `open` gives an empty one, closed after the last test. */
export function forEachStore(tests: (open: () => Promise<Store>) => void): void {
  const stores: Store[] = [];
  const closeAll = async (): Promise<void> => {
    for (const store of stores.splice(0)) await store.close();
  };
  const keep = (store: Store): Store => {
    stores.push(store);
    return store;
  };

  describe("over libsql", () => {
    afterAll(closeAll);
    tests(async () => keep(openTemporaryStore()));
  });

  describe("over PostgreSQL", () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startTestServer();
    });
    afterAll(async () => {
      await closeAll();
      await server?.stop();
    });
    tests(async () => keep(await openPostgresStore(await server.newDatabase())));
  });
}
