import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHost } from "../run/create-host.js";
import { startTestServer } from "../store/postgres/test-server.js";
import type { TestServer } from "../store/postgres/test-server.js";
import { needBwrap } from "./need-bwrap.js";

/** As it is installed; this package knows it by its command alone. */
const SANDBOX = resolve(import.meta.dirname, "../../../node_modules/.bin/sandpipe-sandbox");

let folder: string;
let server: TestServer;
beforeAll(async () => {
  await needBwrap();
  folder = mkdtempSync(join(tmpdir(), "isolated-postgres-"));
  server = await startTestServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.each(["bun", "node"])(
  "an isolated script on %s queries a PostgreSQL that is only on TCP, and stops a query there, without a frame",
  async (runtime) => {
    const script = join(folder, `query-${runtime}.ts`);
    writeFileSync(
      script,
      `export default async (ctx) => {
        const shop = ctx.datasource("shop");
        const rows = await shop.query("select 6 * 7 as answer");
        const stopped = await shop.query("select pg_sleep(60)", [], { timeoutMs: 300 }).catch(({ code }) => code);
        return { rows, stopped };
      };`,
    );
    const url = new URL(await server.newDatabase());
    url.searchParams.set("tls", "off");
    const report = await createHost({ isolation: "bwrap" }).run({
      command: [SANDBOX, "--runtime", runtime, script],
      session: { projectId: "p1" },
      cwd: (scratch) => scratch,
      script: { path: script },
      datasources: [{ name: "shop", kind: "postgres", url: url.href, readOnly: true }],
    }).report;
    expect(report).toMatchObject({
      outcome: "ok",
      isolation: "bwrap",
      calls: 0,
      result: { rows: [{ answer: 42 }], stopped: "timeout" },
    });
    const active = await server.administer<{ count: string }>(
      "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()",
    );
    expect(active).toEqual([{ count: "0" }]);
  },
);
