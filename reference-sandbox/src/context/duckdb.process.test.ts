import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { RUNTIMES } from "../testing/runtimes.js";
import { startSandbox, type Sandbox } from "../testing/start-sandbox.js";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-duckdb-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe.each(RUNTIMES)("ctx.duckdb on %s", (runtime) => {
  const start = (
    body: string,
    environment: Record<string, string> = {},
    materialized = { early: "/none", late: "/none" },
  ): Sandbox =>
    startSandbox({
      runtime,
      environment,
      open: { scratch: { path: temporaryFolder() } },
      script: `const settle = (promise) => promise.then((rows) => ({rows}), ({name, code, message, data}) => ({name, code, message, data}));
        export default async (ctx) => { ${body} }`,
      onCall: (frame, host) =>
        host.answer(frame, {
          path: frame.params["fileId"] === "late" ? materialized.late : materialized.early,
        }),
    });
  const ask = async (...args: Parameters<typeof start>): Promise<unknown> => {
    const sandbox = start(...args);
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    return sandbox.result()["value"];
  };

  test("R57: gives values that JSON holds without loss, and sends no frame", async () => {
    const sandbox =
      start(`return ctx.duckdb.query(\`select count(*) c, 9007199254740993::bigint b, 1.10::decimal(5,2) d,
      170141183460469231731687303715884105727::hugeint h, 'nan'::double n, '-inf'::float i, 0.1::float f, true t, null z,
      '\\\\xFF\\\\x00'::blob bl, [1, 2] l, {'a': 1::bigint, 'b': [date '2024-02-29']} s, map {'k': 9007199254740993} m,
      '{"a": 1.10}'::json j, 1 a, 2 a, 3 a_1, 'é😀' u, interval '1 month 2 days 3 seconds' iv from range(3)\`)`);
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.frames.map(({ method }) => method)).toEqual(["session.open", "session.result"]);
    expect(sandbox.result()["value"]).toEqual([
      {
        c: 3,
        b: "9007199254740993",
        d: "1.10",
        h: "170141183460469231731687303715884105727",
        n: "NaN",
        i: "-Infinity",
        f: 0.1,
        t: true,
        z: null,
        bl: "/wA=",
        l: [1, 2],
        s: { a: 1, b: ["2024-02-29"] },
        m: [{ key: "k", value: "9007199254740993" }],
        j: '{"a": 1.10}',
        a: 1,
        a_2: 2,
        a_1: 3,
        u: "é😀",
        iv: "P1M2DT3S",
      },
    ]);
  });

  test.each(["America/New_York", "Asia/Tokyo"])(
    "R62: gives dates and times by no local zone (%s)",
    async (zone) => {
      const sql = `select date '1975-05-11' d, timestamp '2024-03-10 02:30:00' t, timestamptz '2024-01-01 00:00:00+00' z, time '02:30:00.5' o, 'infinity'::timestamptz i`;
      expect(await ask(`return ctx.duckdb.query(${JSON.stringify(sql)})`, { TZ: zone })).toEqual([
        {
          d: "1975-05-11",
          t: "2024-03-10T02:30:00",
          z: "2024-01-01T00:00:00Z",
          o: "02:30:00.5",
          i: "infinity",
        },
      ]);
    },
  );

  test("R56: 100 parallel prepared inserts are 100 rows", async () => {
    expect(
      await ask(`await ctx.duckdb.query("create table t (i bigint, s varchar)");
        await Promise.all(Array.from({length: 100}, (_, n) => ctx.duckdb.query("insert into t values (?, ?)", [BigInt(n), "s" + n])));
        return ctx.duckdb.query("select count(*)::int c, sum(i)::int s, min(s) m from t")`),
    ).toEqual([{ c: 100, s: 4950, m: "s0" }]);
  });

  test("binds parameters by their type", async () => {
    expect(
      await ask(`return [await ctx.duckdb.query("select ? a, ? b, ? c, ? d, ? e, ?::bigint f, ? g", [null, true, 1.5, "x'; --", new Uint8Array([255]), 2n ** 53n, new Date(0)]),
        (await settle(ctx.duckdb.query("select ?", [{}]))).code]`),
    ).toEqual([
      [
        {
          a: null,
          b: true,
          c: 1.5,
          d: "x'; --",
          e: "/w==",
          f: "9007199254740992",
          g: "1970-01-01T00:00:00Z",
        },
      ],
      "sql_error",
    ]);
  });

  test("keeps a byte order mark that a text begins with", async () => {
    expect(await ask(String.raw`return ctx.duckdb.query("select '\ufeffa' a, ['\ufeff'] b")`)).toEqual([
      { a: "\ufeffa", b: ["\ufeff"] },
    ]);
  });

  test("R58: knows time zones offline, and loads nothing", async () => {
    expect(
      await ask(`await ctx.duckdb.query("set TimeZone='Europe/Berlin'");
        return [await ctx.duckdb.query("select timestamptz '2024-03-31 01:30:00+00' z, (timestamptz '2024-03-31 01:30:00+00')::varchar t"),
          (await settle(ctx.duckdb.query("load httpfs"))).code, (await settle(ctx.duckdb.query("install httpfs"))).code]`),
    ).toEqual([[{ z: "2024-03-31T01:30:00Z", t: "2024-03-31 03:30:00+02" }], "sql_error", "sql_error"]);
  });

  test("R59: reads and writes below the scratch folder only, a materialised file included", async () => {
    const outside = join(temporaryFolder(), "data.csv");
    writeFileSync(outside, "a,b\n1,x\n2,y\n");
    const other = join(temporaryFolder(), "other.csv");
    writeFileSync(other, "a\n1\n");
    const late = join(temporaryFolder(), "late.csv");
    writeFileSync(late, "a\n1\n2\n3\n");
    const value = await ask(
      `const path = await ctx.files.materialize("f1");
       const refused = []; for (const sql of ["attach '/tmp/x.sqlite' (type sqlite)", "attach '/etc/passwd'", "copy (select 1) to '/tmp/sandpipe-out.csv'",
         "select * from read_text('/etc/passwd')", "select * from '${other}'", "set enable_external_access=true", "set lock_configuration=false",
         "set allowed_directories=['/']", "select * from read_text('" + ctx.scratch + "/../../etc/passwd')"]) refused.push((await settle(ctx.duckdb.query(sql))).code);
       await ctx.duckdb.query("copy (select 7 n) to '" + ctx.scratch + "/out.parquet'");
       const late = await ctx.files.materialize("late");
       return {refused, late: (await ctx.duckdb.query("select count(*) n from read_csv('" + late + "')")), file: await ctx.duckdb.query("select * from read_csv('" + path + "')"), out: await ctx.duckdb.query("select * from '" + ctx.scratch + "/out.parquet'")}`,
      {},
      { early: outside, late },
    );
    expect(value).toEqual({
      refused: Array<string>(9).fill("sql_error"),
      file: [
        { a: 1, b: "x" },
        { a: 2, b: "y" },
      ],
      late: [{ n: 3 }],
      out: [{ n: 7 }],
    });
  });

  test("tells an error of SQL with the author's line, and goes on", async () => {
    const sandbox = start(`const wrong = await settle(ctx.duckdb.query("selec 1"));
      let stack; try {
        await ctx.duckdb.query("select nothing"); } catch (error) { stack = error.stack } return {wrong, stack, right: await ctx.duckdb.query("select 1 a")}`);
    await sandbox.ended;
    expect(sandbox.result()["value"]).toMatchObject({
      wrong: { name: "SandpipeError", code: "sql_error", data: { engine: "duckdb", kind: "Parser" } },
      right: [{ a: 1 }],
      stack: expect.stringContaining("script.mjs:4"),
    });
  });

  test("stops a result that doesn't fit, and streams it", async () => {
    expect(
      await ask(`const whole = await settle(ctx.duckdb.query("select range from range(1100000)")); let rows = 0, sum = 0;
        for await (const batch of ctx.duckdb.stream("select range::int n from range(1100000)")) { rows += batch.length; sum += batch[0].n; }
        for await (const batch of ctx.duckdb.stream("select range from range(1100000)")) break;
        return [whole.code, whole.message.includes("stream"), rows, (await ctx.duckdb.query("select 1 a"))]`),
    ).toEqual(["limit_exceeded", true, 1_100_000, [{ a: 1 }]]);
  });

  test("R32, R36: open, with its progress bar on, it holds up neither the end nor the wire", async () => {
    const sandbox = start(
      `await settle(ctx.duckdb.query("set enable_progress_bar = true")); await ctx.duckdb.query("select sum(a.range * b.range) s from range(20000) a, range(2000) b"); return 1`,
    );
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.stray()).toBe("");
  });

  test("abort and timeout interrupt a query, and never the connection's next one", async () => {
    const value = await ask(
      `const slow = "select sum(hash(a.range)) from range(1000000000000) a"; const out = [];
       for (let n = 0; n < 5; n++) {
         const stop = new AbortController(); const running = settle(ctx.duckdb.query(slow, [], {signal: stop.signal}));
         const queued = settle(ctx.duckdb.query("select ? a", [n])); setTimeout(() => stop.abort(), n * 15);
         out.push((await running).code, await queued);
       }
       out.push((await settle(ctx.duckdb.query(slow, [], {timeoutMs: 30}))).code);
       out.push((await settle(ctx.duckdb.query("select 1", [], {signal: AbortSignal.abort()}))).code);
       out.push(await settle((async () => { for await (const rows of ctx.duckdb.stream(slow, [], {timeoutMs: 30})) void rows })()));
       out.push((await ctx.duckdb.query("select 7 a"))); return out`,
    );
    expect(value).toEqual([
      ...[0, 1, 2, 3, 4].flatMap((n) => ["cancelled", { rows: [{ a: n }] }]),
      "timeout",
      "cancelled",
      expect.objectContaining({ code: "timeout" }),
      [{ a: 7 }],
    ]);
  });

  test("registerFile makes views of CSV, Parquet and JSON; without materialize the bytes are fetched", async () => {
    const content = "kind,n\na,1\nb,2\n";
    const folder = temporaryFolder();
    writeFileSync(join(folder, "f.csv"), content);
    const run = async (body: string, hasMaterialize: boolean): Promise<unknown> => {
      const sandbox = startSandbox({
        runtime,
        open: { scratch: { path: temporaryFolder() } },
        script: `const settle = (promise) => promise.then((rows) => ({rows}), ({name, code, message, data}) => ({name, code, message, data}));
          import {writeFileSync} from "node:fs"; export default async (ctx) => { ${body} }`,
        onCall(frame, host) {
          const { method, params } = frame;
          const name = String(params["fileId"]);
          if (method === "files.get") return host.answer(frame, { id: name, name, size: 1, projectId: "p1" });
          if (method === "files.materialize") {
            if (hasMaterialize) return host.answer(frame, { path: join(folder, "f.csv") });
            return host.send({ id: frame.id, error: { code: -32601, message: "no" } });
          }
          const bytes = Buffer.from(name.endsWith(".csv") ? content : '[{"kind":"a","n":1}]');
          host.answer(frame, {
            content: bytes.toString("base64"),
            encoding: "base64",
            offset: 0,
            length: bytes.length,
            size: bytes.length,
            eof: true,
          });
        },
      });
      expect(await sandbox.ended).toEqual({ code: 0, signal: null });
      return sandbox.result()["value"];
    };
    const query = `return [await ctx.duckdb.registerFile('my "view"', "x.csv"), await ctx.duckdb.query('select sum(n) n from "my ""view"""')]`;
    const columns = [
      { name: "kind", type: "VARCHAR" },
      { name: "n", type: "BIGINT" },
    ];
    for (const hasMaterialize of [true, false]) {
      const value = (await run(query, hasMaterialize)) as unknown[];
      expect(value[0]).toEqual({ name: 'my "view"', columns });
      expect(value[1]).toEqual([{ n: 3 }]);
    }
    expect(
      await run(
        `await ctx.duckdb.registerFile("v", "x.jsonl"); return ctx.duckdb.query("select * from v")`,
        false,
      ),
    ).toEqual([{ kind: "a", n: 1 }]);
    expect(await run(`return settle(ctx.duckdb.registerFile("v", "x.bin"))`, true)).toMatchObject({
      code: "invalid_file",
      message: expect.stringContaining("{format}"),
    });
  });

  test("what needs more memory than it may have is spilled to scratch", async () => {
    const sandbox = startSandbox({
      runtime,
      limits: { memoryBytes: 300_000_000 },
      open: { scratch: { path: temporaryFolder() } },
      script: `export default async (ctx) => {
        const sorted = ctx.duckdb.stream("select hash(range) h, range r from range(12000000) order by h");
        let spilled = 0, rows = 0; for await (const batch of sorted) {
          if (rows === 0) [{spilled}] = await ctx.duckdb.query("select count(*) spilled from duckdb_temporary_files()");
          rows += batch.length; if (rows > 100000) break }
        return {memory: (await ctx.duckdb.query("select current_setting('max_memory') m"))[0].m, spilled: spilled > 0, rows: rows > 100000} }`,
    });
    expect(await sandbox.ended).toEqual({ code: 0, signal: null });
    expect(sandbox.result()).toEqual({ ok: true, value: { memory: "143.0 MiB", spilled: true, rows: true } });
  });
});
