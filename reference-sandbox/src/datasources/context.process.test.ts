import type { Datasource } from "@sandpipe/spec/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNTIMES, type Runtime } from "../testing/runtimes.js";
import { startSandbox, type Sandbox } from "../testing/start-sandbox.js";
import { plain, runs, until, withSources } from "./testing/case.js";
import { startServers, type Servers } from "./testing/servers.js";

const LONG = 600_000;

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
}, LONG);
afterAll(() => servers.stop(), LONG);

function start(runtime: Runtime, body: string): Sandbox {
  // A call that nobody answers waits until the test does.
  const datasources: Datasource[] = [plain("pg", servers.postgres.url), plain("my", servers.mysql.url)];
  return startSandbox({
    onCall: () => undefined,
    runtime,
    open: { datasources },
    script: `export default async (ctx) => { ${body} }`,
  });
}

/** Says whether both servers run a statement with this text in it, or neither does. */
async function both(marker: string, running: boolean): Promise<boolean> {
  return withSources([plain("pg", servers.postgres.url), plain("my", servers.mysql.url)], async (get) => {
    const seen = ["pg", "my"].map((name) => until(async () => (await runs(get(name), marker)) === running));
    return (await Promise.all(seen)).every(Boolean);
  });
}

const SLEEP = (marker: string): string =>
  `[ctx.datasource("pg").query("select pg_sleep(60) /* ${marker} */"), ctx.datasource("my").query("select sleep(60) /* ${marker} */")]`;

describe.each(RUNTIMES)("ctx.datasource on %s", (runtime) => {
  test("queries, streams and loads into DuckDB, and sends no frame", async () => {
    const sandbox = start(
      runtime,
      `await ctx.duckdb.registerRows("p", ctx.datasource("pg").stream("select g id, g * 2 x from generate_series(1, 5000) g"));
       await ctx.duckdb.registerRows("m", ctx.datasource("my").stream("select seq id, seq * 3 y from seq_1_to_5000"));
       return [
         await ctx.datasource("pg").query("select $1::int a, 9007199254740993 b", [5]),
         await ctx.datasource("my").query("select ? a, 9007199254740993 b", [5]),
         await ctx.duckdb.query("select count(*) n, sum(x) x, sum(y) y from p join m using (id)"),
       ];`,
    );
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({
      ok: true,
      value: [
        [{ a: 5, b: "9007199254740993" }],
        [{ a: 5, b: "9007199254740993" }],
        [{ n: 5000, x: 25005000, y: 37507500 }],
      ],
    });
    expect(sandbox.frames.map(({ method }) => method)).toEqual(["session.open", "session.result"]);
    expect(sandbox.stderr()).toBe("");
  });

  test("an error's stack names the script's line", async () => {
    const sandbox = start(runtime, `\n\nawait ctx.datasource("pg").query("select * from not_here");`);
    expect((await sandbox.ended).code).toBe(1);
    const { error } = sandbox.result();
    expect(error?.["stack"]).toMatch(/script\.mjs:3/);
    expect(error?.["message"]).toContain('relation "not_here" does not exist');
  });

  test("a query that the script leaves behind is stopped on its server at the end", async () => {
    const marker = `left_${runtime}_${process.pid}`;
    const sandbox = start(
      runtime,
      `for (const query of ${SLEEP(marker)}) query.catch(() => {});
       await ctx.call("test.wait"); return "done";`,
    );
    expect(await both(marker, true)).toBe(true);
    sandbox.answer(await sandbox.saw("test.wait"), null);
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(await both(marker, false)).toBe(true);
  });

  test("session.close stops what runs on the servers, and the process ends", async () => {
    const marker = `closed_${runtime}_${process.pid}`;
    const sandbox = start(runtime, `await Promise.all(${SLEEP(marker)});`);
    expect(await both(marker, true)).toBe(true);
    sandbox.send({ method: "session.close", params: {} });
    await sandbox.ended;
    expect(await both(marker, false)).toBe(true);
  });

  test("an idle connection doesn't keep a script alive that can never settle", async () => {
    const sandbox = start(
      runtime,
      `await ctx.datasource("pg").query("select 1"); await ctx.datasource("my").query("select 1"); await new Promise(() => {});`,
    );
    await sandbox.ended;
    expect(sandbox.result()).toMatchObject({ ok: false, error: { name: "UnsettledScript" } });
  });
});
