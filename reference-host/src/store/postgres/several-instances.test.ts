import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededBytes } from "../seeded-property.js";
import type { Store } from "../store.js";
import { openPostgresStore } from "./open-postgres-store.js";
import { startTestServer } from "./test-server.js";
import type { TestServer } from "./test-server.js";

const CHUNK = 262_144;
const P1 = { projectId: "p1" };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server?.stop());

async function statement(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** Ends every connection to that database but the caller's own. */
async function cutConnections(url: string): Promise<number> {
  const name = new URL(url).pathname.slice(1);
  const cut = await server.administer(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
    [name],
  );
  return cut.length;
}

async function addFile(store: Store, name: string, bytes: Uint8Array): Promise<string> {
  const writer = store.writeContent();
  await writer.append(bytes);
  return (await writer.finish({ name, ...P1 })).info.id;
}

describe("several instances over one PostgreSQL", () => {
  it("start at once in an empty database, and find what the other stored", async () => {
    const url = await server.newDatabase();
    const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgresStore(url)));
    const [a, b] = stores as [Store, Store];
    await a.createProject({ id: "p1", name: "P" });
    expect(await b.getProject("p1")).toEqual({ id: "p1", name: "P" });
    expect(await statement(url, "SELECT version FROM sandpipe.store")).toEqual([{ version: 2 }]);
    for (const store of stores) await store.close();
  });

  it("add files at once, and a reader that turns the pages misses none", async () => {
    const url = await server.newDatabase();
    const stores = await Promise.all(Array.from({ length: 3 }, () => openPostgresStore(url)));
    const reader = await openPostgresStore(url);
    let writing = true;
    const written = Promise.all(
      stores.flatMap((store, n) =>
        Array.from({ length: 4 }, async (_, lane) => {
          for (let k = 0; k < 15; k += 1) await addFile(store, `${n}-${lane}-${k}`, Buffer.from("x"));
        }),
      ),
    ).finally(() => (writing = false));
    const seen: string[] = [];
    let after = 0;
    for (let last = false; !last;) {
      last = !writing;
      const page = await reader.listFiles({ scope: P1, after, limit: 7 });
      for (const file of page) {
        expect(file.position).toBeGreaterThan(after);
        after = file.position;
        seen.push(file.info.name);
      }
      if (page.length > 0) last = false;
    }
    await written;
    expect(new Set(seen).size).toBe(180);
    expect(seen).toHaveLength(180);
    for (const store of [...stores, reader]) await store.close();
  });

  it("append messages to one conversation at once, each once and in one order for all", async () => {
    const url = await server.newDatabase();
    const [a, b] = [await openPostgresStore(url), await openPostgresStore(url)];
    await a.createConversation({ id: "c1", projectId: "p1" });
    const contents = Array.from({ length: 60 }, (_, n) => `m${n}`);
    await Promise.all(
      contents.map((content, n) => (n % 2 ? a : b).appendMessage("c1", { role: "user", content })),
    );
    const all = await a.listMessages("c1", 0, 100);
    expect(all.map(({ content }) => content).toSorted()).toEqual(contents.toSorted());
    expect(await b.listMessages("c1", 0, 100)).toEqual(all);
    await a.close();
    await b.close();
  });

  it("refuse a store of a newer version and another program's schema, and change nothing", async () => {
    const url = await server.newDatabase();
    await (await openPostgresStore(url)).close();
    await statement(url, "UPDATE sandpipe.store SET version = 99");
    await expect(openPostgresStore(url)).rejects.toMatchObject({ code: "store_newer" });
    const foreign = await server.newDatabase();
    await statement(foreign, "CREATE SCHEMA sandpipe; CREATE TABLE sandpipe.invoices (x int)");
    await expect(openPostgresStore(foreign)).rejects.toMatchObject({ code: "store_foreign" });
    const tables = "SELECT relname FROM pg_class WHERE relnamespace = 'sandpipe'::regnamespace";
    expect(await statement(foreign, tables)).toEqual([{ relname: "invoices" }]);
  });

  it("live beside another program's tables", async () => {
    const url = await server.newDatabase();
    await statement(url, "CREATE TABLE files (x int); INSERT INTO files VALUES (1)");
    const store = await openPostgresStore(url);
    await addFile(store, "a", Buffer.from("x"));
    expect(await statement(url, "SELECT * FROM files")).toEqual([{ x: 1 }]);
    await store.close();
  });

  it("drop what a killed one has left, but not what one may still be writing", async () => {
    const url = await server.newDatabase();
    let clock = 1_000_000_000_000;
    const open = (): Promise<Store> => openPostgresStore(url, { now: () => clock });
    const first = await open();
    await addFile(first, "kept", Buffer.alloc(10));
    const abandoned = first.writeContent();
    await abandoned.append(new Uint8Array(600_000));
    const rows = () => statement(url, "SELECT count(*)::int AS n FROM sandpipe.chunks");
    clock += 3_600_000;
    await (await open()).close();
    expect(await rows()).toEqual([{ n: 3 }]);
    clock += 100_000_000;
    await (await open()).close();
    expect(await rows()).toEqual([{ n: 1 }]);
    await expect(abandoned.finish({ name: "late", ...P1 })).rejects.toMatchObject({
      code: "store_bad_value",
    });
    await first.close();
  });
});

describe("a PostgreSQL store whose connections are cut", () => {
  it("goes on reading and writing, byte for byte", async () => {
    const url = await server.newDatabase();
    const store = await openPostgresStore(url);
    const bytes = seededBytes(CHUNK * 5 + 77, 3);
    const writer = store.writeContent();
    let cut = 0;
    for (let at = 0; at < bytes.byteLength; at += 100_000) {
      await writer.append(bytes.subarray(at, at + 100_000));
      if (at % 300_000 === 0) cut += await cutConnections(url);
    }
    expect(cut).toBeGreaterThan(2);
    const stored = await writer.finish({ name: "a", ...P1 });
    await cutConnections(url);
    const read = Buffer.from(await store.readContent(stored.content, 0, bytes.byteLength));
    expect(read.equals(bytes)).toBe(true);
    expect(stored.info.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    await store.close();
  });

  it("takes a part again that failed", async () => {
    const url = await server.newDatabase();
    const store = await openPostgresStore(url);
    const bytes = seededBytes(CHUNK * 2 + 5, 9);
    const writer = store.writeContent();
    await writer.append(bytes.subarray(0, 1000));
    await statement(url, "ALTER TABLE sandpipe.chunks RENAME TO away");
    await expect(async () => writer.append(bytes.subarray(1000))).rejects.toMatchObject({
      code: "store_damaged",
    });
    expect(writer.length).toBe(1000);
    await statement(url, "ALTER TABLE sandpipe.away RENAME TO chunks");
    await writer.append(bytes.subarray(1000));
    const stored = await writer.finish({ name: "a", ...P1 });
    const read = Buffer.from(await store.readContent(stored.content, 0, bytes.byteLength));
    expect(read.equals(bytes)).toBe(true);
    await store.close();
  });

  it("files once what was filed when the answer of its commit was lost", async () => {
    const url = new URL(await server.newDatabase());
    const proxy = await startLossyProxy(Number(url.port));
    url.port = String(proxy.port);
    const store = await openPostgresStore(url.href, { connections: 1 });
    const writer = store.writeContent();
    await writer.append(Buffer.from("abc"));
    proxy.loseNextCommit();
    const stored = await writer.finish({ name: "a", ...P1 });
    expect(proxy.lost()).toBe(1);
    expect(await store.listFiles({ scope: P1, limit: 9 })).toEqual([stored]);
    // What would happen twice is not sent again: the caller learns that it isn't known.
    await store.createConversation({ id: "c1", projectId: "p1" });
    proxy.loseNextCommit();
    const message = { role: "user", content: "once" };
    await expect(async () => store.appendMessage("c1", message)).rejects.toMatchObject({
      code: "store_unavailable",
    });
    expect(await store.listMessages("c1", 0, 9)).toMatchObject([message]);
    await store.close();
    await proxy.stop();
  });
});

/** Stands before the server; on demand it lets the next COMMIT through and cuts the connection at its answer. */
async function startLossyProxy(port: number) {
  let armed = false;
  let lost = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    let doomed = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => [client, upstream].forEach((one) => one.destroy()));
    }
    client.on("data", (bytes: Buffer) => {
      if (armed && bytes.includes("COMMIT")) {
        armed = false;
        doomed = true;
      }
      upstream.write(bytes);
    });
    upstream.on("data", (bytes: Buffer) => {
      if (!doomed) return void client.write(bytes);
      lost += 1;
      client.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    loseNextCommit: () => void (armed = true),
    lost: () => lost,
    async stop() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}

describe("a PostgreSQL server that can't serve", () => {
  it.each([
    ["isn't there", (url: URL) => (url.port = "1"), /can't be reached/],
    ["has no such database", (url: URL) => (url.pathname = "/nowhere"), /no such database/],
    ["has no such user", (url: URL) => (url.username = "nobody"), /user or password/],
  ])("that %s is named without its password", async (_name, change, message) => {
    const url = new URL(server.url);
    url.password = "s3cret-word";
    change(url);
    const attempt = openPostgresStore(url.href);
    await expect(attempt).rejects.toMatchObject({ name: "StoreError", code: "store_unavailable" });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.not.toThrow(/s3cret-word/);
  });

  it("a URL that can't be read is refused without showing it", async () => {
    const attempt = openPostgresStore("postgres://user:s3cret-word@host:port:x/db");
    await expect(attempt).rejects.toThrow(/can't be read/);
    await expect(attempt).rejects.not.toThrow(/s3cret-word/);
  });

  it("ends a statement that takes too long, and serves the next", async () => {
    const url = await server.newDatabase();
    const store = await openPostgresStore(url, { statementTimeoutMs: 300 });
    await store.createProject({ id: "p1", name: "P" });
    const holder = new pg.Client(url);
    await holder.connect();
    await holder.query("BEGIN; LOCK TABLE sandpipe.projects IN ACCESS EXCLUSIVE MODE");
    const waiting = Array.from({ length: 12 }, async () => store.getProject("p1"));
    for (const one of await Promise.allSettled(waiting)) {
      expect(one).toMatchObject({ status: "rejected", reason: { code: "store_unavailable" } });
      expect(String((one as PromiseRejectedResult).reason)).not.toContain("SELECT");
    }
    await holder.query("ROLLBACK");
    await holder.end();
    expect(await store.getProject("p1")).toEqual({ id: "p1", name: "P" });
    await store.close();
  });
});

describe("a large file in a PostgreSQL store", () => {
  it("takes little memory on its way in and out", async () => {
    const url = await server.newDatabase();
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-pg-"));
    const module = new URL("../../../dist/store/index.js", import.meta.url).href;
    // A process of its own, so that its peak is its own; the file is sparse.
    const script = `
      import { openSync, ftruncateSync, closeSync } from "node:fs";
      import { openStoreAt } from ${JSON.stringify(module)};
      const [, url, path] = process.argv;
      const store = await openStoreAt(url);
      const take = async (bytes) => {
        const file = openSync(path, "w"); ftruncateSync(file, bytes); closeSync(file);
        const { id } = await store.importFile(path, { projectId: "p1" });
        const { content, info } = await store.getFile(id, { projectId: "p1" });
        let read = 0;
        while (read < info.size) read += (await store.readContent(content, read, 1048576)).byteLength;
        return read;
      };
      await take(33554432);
      const before = process.resourceUsage().maxRSS;
      const read = await take(134217728);
      await store.close();
      console.log(JSON.stringify({ read, grown: process.resourceUsage().maxRSS - before }));
    `;
    const args = ["--input-type=module", "-e", script, url, join(folder, "big.bin")];
    const run = spawnSync(process.execPath, args, { encoding: "utf8" });
    rmSync(folder, { recursive: true, force: true });
    expect(run.stderr).toBe("");
    const { read, grown } = JSON.parse(run.stdout) as { read: number; grown: number };
    expect(read).toBe(134_217_728);
    expect(grown).toBeLessThan(64 * 1024);
  });
});
