import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Datasource } from "@sandpipe/spec/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNTIMES, type Runtime } from "../../testing/runtimes.js";
import { startSandbox, type Sandbox } from "../../testing/start-sandbox.js";

let folder: string;
let scratch: string;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "duckdb-file-"));
  scratch = mkdtempSync(join(tmpdir(), "duckdb-scratch-"));
  file = join(folder, "shop's.duckdb");
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run("create table orders as select range id, 'kind ' || range % 3 kind from range(5000)");
  await connection.run(
    "create table forms as select 1::tinyint a, 9007199254740993 b, 1.10::decimal(5,2) c, date '1975-05-11' d, timestamptz '2024-01-01 00:00:00+00' e, 'x'::blob f, [1, 2] g, 5::ubigint h, null i, '{\"a\": 1.0}'::json j",
  );
  connection.closeSync();
  instance.closeSync();
});
afterAll(() => {
  for (const path of [folder, scratch]) rmSync(path, { recursive: true, force: true });
});

const TRY = `const attempt = async (work) => { try { return await work() } catch (error) { return {code: error.code, message: error.message, line: /script.mjs:(\\d+)/.exec(error.stack)?.[1]} } };`;

async function run(runtime: Runtime, body: string, source: Partial<Datasource> = {}): Promise<Sandbox> {
  const datasources: Datasource[] = [
    { name: "shop", kind: "duckdb", url: file, readOnly: true, ...source },
    { name: "gone", kind: "duckdb", url: join(folder, "gone.duckdb"), readOnly: true },
    { name: "broken", kind: "duckdb", url: join(folder, "broken.duckdb"), readOnly: true },
  ];
  writeFileSync(join(folder, "broken.duckdb"), "this is no database");
  const sandbox = startSandbox({
    runtime,
    open: { datasources, scratch: { path: scratch } },
    script: `export default async (ctx) => { ${TRY}\n${body} }`,
  });
  expect(await sandbox.ended).toEqual({ code: 0, signal: null });
  expect(sandbox.frames.map(({ method }) => method)).toEqual(["session.open", "session.result"]);
  return sandbox;
}

describe.each(RUNTIMES)("a DuckDB file among the datasources, on %s", (runtime) => {
  test("is queried with parameters, streamed, and joined in ctx.duckdb; no frame is sent", async () => {
    const sandbox = await run(
      runtime,
      `const shop = ctx.datasource("shop");
       const table = await ctx.duckdb.registerRows("orders", shop.stream("select * from orders"));
       return [shop.kind, await shop.query("select * from forms"), await shop.query("select count(*) n, ? p from orders where kind = $2".replace("$2", "?"), [7, "kind 1"]),
         table, await ctx.duckdb.query("select count(*) n from orders join range(10) r on id = r.range")];`,
      { url: `file://${file}` },
    );
    const forms = {
      ...{ a: 1, b: "9007199254740993", c: "1.10", d: "1975-05-11", e: "2024-01-01T00:00:00Z", f: "eA==" },
      ...{ g: [1, 2], h: 5, i: null, j: '{"a": 1.0}' },
    };
    const columns = [
      { name: "id", type: "BIGINT" },
      { name: "kind", type: "VARCHAR" },
    ];
    expect(sandbox.result()).toEqual({
      ok: true,
      value: ["duckdb", [forms], [{ n: 1667, p: 7 }], { rows: 5000, columns }, [{ n: 10 }]],
    });
  });

  test("is only read, whatever is tried, also where its descriptor would allow more", async () => {
    const before = readFileSync(file);
    const tries = [
      "insert into orders values (1, 'x')",
      "drop table orders",
      `copy (select 1) to '${file.replaceAll("'", "''")}' (use_tmp_file false)`,
      `copy (select 1) to '${file.replaceAll("'", "''")}.wal'`,
      `explain analyze copy (select 1) to '${file.replaceAll("'", "''")}.wal'`,
      `attach '${file.replaceAll("'", "''")}' as again`,
      "detach shop",
      "set threads = 8",
      "select 1; drop table orders",
      "select * from read_text('/etc/passwd')",
    ];
    const sandbox = await run(
      runtime,
      `const codes = []; for (const sql of ${JSON.stringify(tries)}) codes.push((await attempt(() => ctx.datasource("shop").query(sql))).code);
       codes.push((await attempt(() => ctx.duckdb.query("attach '" + ${JSON.stringify(file)}.replaceAll("'", "''") + "' as again"))).code);
       return codes;`,
      { readOnly: false },
    );
    expect(sandbox.result()["value"]).toEqual([...tries, "attach"].map(() => "sql_error"));
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith(".wal"))).toEqual([]);
  });

  test("stops at a time-out, and the next query isn't touched", async () => {
    const sandbox = await run(
      runtime,
      `const shop = ctx.datasource("shop"); const endless = "select count(*) from range(1000000000000) a";
       const stopped = await Promise.all([attempt(() => shop.query(endless, [], {timeoutMs: 100})), attempt(() => shop.query(endless, [], {signal: AbortSignal.timeout(100)})), shop.query("select 1 a")]);
       return [...stopped.map(({code}) => code), stopped[2], await shop.query("select 2 a")];`,
    );
    expect(sandbox.result()["value"]).toEqual(["timeout", "cancelled", null, [{ a: 1 }], [{ a: 2 }]]);
  });

  test("that isn't there, or is none, is an error with the author's line, and harms nothing else", async () => {
    const sandbox = await run(
      runtime,
      `return [await attempt(async () => { await ctx.datasource("gone").query("select 1"); }),
         await attempt(async () => { await ctx.datasource("broken").query("select 1"); }),
         await attempt(async () => { ctx.datasource("other"); }),
         await ctx.datasource("shop").query("select 1 a")];`,
    );
    expect(sandbox.result()["value"]).toEqual([
      {
        code: "not_available",
        message: `datasource "gone" names the file ${join(folder, "gone.duckdb")}, which isn't there`,
        line: "2",
      },
      {
        code: "not_available",
        message: expect.stringMatching(/^datasource broken can't be opened: /),
        line: "3",
      },
      {
        code: "not_available",
        message: 'no datasource "other": the host named shop, gone, broken',
        line: "4",
      },
      [{ a: 1 }],
    ]);
  });
});
