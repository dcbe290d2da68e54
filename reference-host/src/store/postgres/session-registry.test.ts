import { afterAll, beforeAll, expect, it } from "vitest";
import { describeRegistry } from "../../http/registry-suite.js";
import type { SessionRegistry } from "../../http/registry.js";
import { createToken, hashToken } from "../../http/token.js";
import type { Store } from "../store.js";
import { openPostgresStore } from "./open-postgres-store.js";
import { startTestServer } from "./test-server.js";
import type { TestServer } from "./test-server.js";

let server: TestServer;
const stores: Store[] = [];
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  for (const store of stores) await store.close();
  await server?.stop();
});

async function open(url: string): Promise<SessionRegistry> {
  // The suite's times begin in 1970: nothing of them may look abandoned.
  const store = await openPostgresStore(url, { now: () => 1_000 });
  stores.push(store);
  return store.sessions as SessionRegistry;
}

describeRegistry("in PostgreSQL", async () => open(await server.newDatabase()));

it("what one instance adds, opens and revokes, every other sees", async () => {
  const url = await server.newDatabase();
  const [a, b] = [await open(url), await open(url)];
  const token = createToken();
  const hash = hashToken(token);
  await a.add(hash, { id: "s1", projectId: "p1" }, 1_000);
  expect(await b.find(hash, 2_000, 60_000)).toEqual({ session: { id: "s1", projectId: "p1" }, state: "new" });
  let opened = 0;
  const steps = Array.from({ length: 30 }, (_, n) =>
    (n % 2 ? a : b).update(hash, ({ state }) => {
      if (state === "new") opened += 1;
      return "open";
    }),
  );
  expect(await Promise.all(steps)).toEqual(steps.map(() => true));
  expect(opened).toBe(1);
  await b.remove(hash);
  expect(await a.find(hash, 3_000, 60_000)).toBeUndefined();
  expect(await a.update(hash, () => "open")).toBe(false);
});

it("the token itself is nowhere in the database", async () => {
  const url = await server.newDatabase();
  const registry = await open(url);
  const token = createToken();
  await registry.add(hashToken(token), { id: "s1", projectId: "p1" }, 1_000);
  const pg = await import("pg");
  const client = new pg.default.Client(url);
  await client.connect();
  const { rows } = await client.query("SELECT row_to_json(s)::text AS row FROM sandpipe.sessions s");
  await client.end();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(token);
});
