import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPostgresStore } from "../store/postgres/open-postgres-store.js";
import { startTestServer } from "../store/postgres/test-server.js";
import type { TestServer } from "../store/postgres/test-server.js";
import { closeTestSessions, offered, openTestSession } from "./open-test-session.js";

/** Sessions that one test opens at most. */
const STORES = 2;

let server: TestServer;

describe("over PostgreSQL", async () => {
  beforeAll(async () => {
    server = await startTestServer();
  });
  beforeEach(async () => {
    while (offered.length < STORES) offered.push(await openPostgresStore(await server.newDatabase()));
  });
  afterAll(async () => {
    for (const store of offered.splice(0)) await store.close();
    await server?.stop();
  });

  // The very tests that hold in memory: each file registers them here.
  await import("./file-scope.test.js");
  await import("./files-adopt.test.js");
  await import("./files-list.test.js");
  await import("./files-materialize.test.js");
  await import("./files-read.test.js");
  await import("./projects-conversations.test.js");
  await import("./uploads.test.js");

  it("the sessions of these tests have their files in PostgreSQL", async () => {
    const session = openTestSession();
    await session.call("files.write", { name: "here", content: "x", encoding: "utf8" });
    const databases = await server.administer<{ name: string }>(
      "SELECT datname AS name FROM pg_stat_activity WHERE application_name = 'sandpipe-host'",
    );
    expect(databases.length).toBeGreaterThan(0);
    expect(session.store.sessions).toBeDefined();
    await closeTestSessions();
  });
});
