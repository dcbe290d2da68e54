import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../store/open-store.js";
import { openPostgresStore } from "../store/postgres/open-postgres-store.js";
import { startTestServer } from "../store/postgres/test-server.js";
import type { TestServer } from "../store/postgres/test-server.js";
import type { Store } from "../store/store.js";
import { addFile, closeTestSessions, openTestSession } from "./open-test-session.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server?.stop());
afterEach(closeTestSessions);

/** Calls that need the store, and what each needs. */
const CALLS = [
  ["files.list", {}],
  ["files.get", { fileId: "f1" }],
  ["files.read", { fileId: "f1", encoding: "utf8" }],
  ["files.materialize", { fileId: "f1" }],
  ["files.write", { name: "n", content: "c", encoding: "utf8" }],
  ["projects.get", {}],
  ["conversations.get", {}],
] as const;

const UNAVAILABLE = { code: 1010, data: { kind: "unavailable" } };

async function refusesAll(store: Store): Promise<void> {
  const session = openTestSession({ store });
  for (const [method, params] of CALLS) {
    const refusal = await session.refused(method, params);
    expect(refusal, method).toMatchObject(UNAVAILABLE);
    expect(refusal.message, method).not.toMatch(/select|insert|sandpipe\.|postgres|127\.0|\.db/i);
  }
  // The session ends in good order all the same.
  await session.dispose();
}

describe("a store that can't serve", () => {
  it("is unavailable to the script when it was closed under its session", async () => {
    const store = openStore(":memory:");
    await addFile(store, "f1", "x");
    await store.close();
    await refusesAll(store);
  });

  it("is unavailable while its server takes no connection, and serves again afterwards", async () => {
    const url = await server.newDatabase();
    const name = new URL(url).pathname.slice(1);
    const store = await openPostgresStore(url, { connectTimeoutMs: 2_000 });
    await addFile(store, "f1", "kept");
    const session = openTestSession({ store });
    const { uploadId } = await session.call("files.create", { name: "big" });
    const part = {
      uploadId,
      content: Buffer.alloc(400_000, 7).toString("base64"),
      encoding: "base64",
    } as const;
    await session.call("files.append", { ...part, offset: 0 });

    await server.administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await server.administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [
      name,
    ]);
    await refusesAll(store);
    expect(await session.refused("files.append", { ...part, offset: 400_000 })).toMatchObject(UNAVAILABLE);
    expect(await session.refused("files.commit", { uploadId })).toMatchObject(UNAVAILABLE);
    await server.administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);

    expect(await session.call("files.append", { ...part, offset: 400_000 })).toEqual({ offset: 800_000 });
    expect(await session.call("files.commit", { uploadId })).toMatchObject({ size: 800_000 });
    expect((await session.call("files.read", { fileId: "f1", encoding: "utf8" })).content).toBe("kept");
    await session.dispose();
    await store.close();
  });
});
