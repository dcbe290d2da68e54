import { afterAll, beforeAll } from "vitest";
import { describeStore } from "../store-suite.js";
import { openPostgresStore } from "./open-postgres-store.js";
import { startTestServer } from "./test-server.js";
import type { TestServer } from "./test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server?.stop());

describeStore("a PostgreSQL store", async ({ now }) =>
  openPostgresStore(await server.newDatabase(), { now }),
);
