import { once } from "node:events";
import { createServer } from "node:net";
import type { DatasourceClient } from "../index.js";
import { outcome, plain, runs, until, withSources, type Case } from "./case.js";
import { onBoth, type Bench } from "./on-both.js";
import { startProxy } from "./proxy.js";

/** A statement that sleeps for a minute, with a text in it by which an observer finds it. */
function sleeping({ kind, marker }: Bench): string {
  return `select ${kind === "postgres" ? "pg_sleep" : "sleep"}(60) /* ${marker} */`;
}

const stopped = ({ observer, marker }: Bench): Promise<boolean> =>
  until(async () => !(await runs(observer, marker)));
const started = ({ observer, marker }: Bench): Promise<boolean> => until(() => runs(observer, marker));

/** The server's id of the (only) connection behind a client. */
async function connectionOf(db: DatasourceClient): Promise<number> {
  const [row] = await db.query(`select ${db.kind === "postgres" ? "pg_backend_pid" : "connection_id"}() id`);
  return Number(row?.["id"]);
}

async function kill(observer: DatasourceClient, id: number): Promise<void> {
  if (observer.kind === "postgres") await observer.query("select pg_terminate_backend($1)", [id]);
  else await observer.query(`kill ${id}`);
}

async function isConnected(observer: DatasourceClient, id: number): Promise<boolean> {
  const sql =
    observer.kind === "postgres"
      ? "select pid from pg_stat_activity where pid = $1"
      : "select id from information_schema.processlist where id = ?";
  return (await observer.query(sql, [id])).length > 0;
}

/** Only whether it failed, and as what: the words for a lost connection differ by the moment. */
async function failure(work: () => Promise<unknown>): Promise<unknown> {
  const { error } = (await outcome(work)) as { error?: unknown };
  return error;
}

/** Every way in which a statement ends before its end, or its server does (R60, R61, R65). */
export const STOP_CASES: readonly Case[] = [
  onBoth(
    "R60: a time-out rejects, and the server runs the query no more",
    { both: ["timeout", true] },
    async (bench) => [
      await failure(() => bench.db.query(sleeping(bench), [], { timeoutMs: 500 })),
      await stopped(bench),
    ],
  ),
  onBoth(
    "R60: an abort stops the query on the server, which ran it until then",
    { both: [true, "cancelled", true] },
    async (bench) => {
      const abort = new AbortController();
      const query = failure(() =>
        bench.db.query(sleeping(bench), [], { signal: abort.signal, timeoutMs: 0 }),
      );
      const ran = await started(bench);
      abort.abort();
      return [ran, await query, await stopped(bench)];
    },
  ),
  onBoth(
    "R60: an abort stops a query that computes and so doesn't notice that its client is gone",
    { both: [true, "cancelled", true] },
    async (bench) => {
      const work =
        bench.kind === "postgres"
          ? "select count(*) from generate_series(1, 100000000000)"
          : "select benchmark(100000000000, md5('x'))";
      const abort = new AbortController();
      const options = { signal: abort.signal, timeoutMs: 0 };
      const query = failure(() => bench.db.query(`${work} /* ${bench.marker} */`, [], options));
      const ran = await started(bench);
      abort.abort();
      return [ran, await query, await stopped(bench)];
    },
  ),
  onBoth(
    "R60: a stream that waits for rows is stopped on the server too",
    { both: ["timeout", true] },
    async (bench) => [
      await failure(() => bench.db.stream(sleeping(bench), [], { timeoutMs: 300 }).next()),
      await stopped(bench),
    ],
  ),
  onBoth(
    "the time-out of a stream doesn't count what the script does between two rows",
    { both: 100_000 },
    async ({ db, kind }) => {
      const series = kind === "postgres" ? "generate_series(1, 100000) g" : "seq_1_to_100000";
      let rows = 0;
      for await (const row of db.stream(`select repeat('x', 100) t from ${series}`, [], { timeoutMs: 250 })) {
        rows += Number(row["t"] !== null);
        // Longer than the time-out, so that one that counted it would have fired.
        if (rows === 10) await new Promise((resolve) => setTimeout(resolve, 500));
      }
      return rows;
    },
  ),
  onBoth("an abort before the query sends nothing", { both: ["cancelled", [{ x: 1 }]] }, async ({ db }) => [
    await failure(() => db.query("select 1 x", [], { signal: AbortSignal.abort() })),
    await db.query("select 1 x"),
  ]),
  onBoth(
    "R61: after a time-out the next query on the only connection is answered, and never the one that is hit",
    { both: Array.from({ length: 10 }, () => ["timeout", [{ x: 1 }]]) },
    async (bench) => {
      const rounds: unknown[] = [];
      for (let round = 0; round < 10; round++)
        rounds.push([
          await failure(() => bench.db.query(sleeping(bench), [], { timeoutMs: 10 * round + 5 })),
          await bench.db.query("select 1 x"),
        ]);
      return rounds;
    },
    { options: { maxConnections: 1 } },
  ),
  onBoth(
    "an abort of one query interrupts no other that runs beside it",
    { both: ["cancelled", true] },
    async (bench) => {
      const abort = new AbortController();
      const beside = bench.db.query(sleeping(bench).replace("(60)", "(1)"));
      const query = failure(() => bench.db.query(sleeping(bench), [], { signal: abort.signal }));
      await started(bench);
      abort.abort();
      return [await query, (await beside).length === 1];
    },
  ),
  onBoth(
    "the end of the session stops what runs, closes every connection, and refuses what comes later",
    { both: [true, "cancelled", "cancelled", true, true] },
    async (bench) => {
      let db: DatasourceClient | undefined;
      let query: Promise<unknown> | undefined;
      let idle = 0;
      const ran = await withSources([plain("db", bench.url)], async (get) => {
        const client = (db = get("db"));
        idle = await connectionOf(client);
        query = failure(() => client.query(sleeping(bench)));
        return started(bench);
      });
      return [
        ran,
        await query,
        await failure(async () => db?.query("select 1")),
        await stopped(bench),
        await until(async () => !(await isConnected(bench.observer, idle))),
      ];
    },
  ),
  onBoth(
    "R65: on a connection that the server killed a query fails or is answered, never hangs, and the next is answered",
    { both: [true, [{ x: 1 }]] },
    async ({ db, observer }) => {
      const id = await connectionOf(db);
      await kill(observer, id);
      const first = (await outcome(() => db.query("select 1 x"))) as { error?: string; value?: unknown };
      return [first.error === "not_available" || first.value !== undefined, await db.query("select 1 x")];
    },
    { options: { maxConnections: 1 } },
  ),
  onBoth(
    "R65: a connection that is killed in mid-query is an error",
    { both: "not_available" },
    async (bench) => {
      const id = await connectionOf(bench.db);
      // The only connection gets its next query once the last one is cleared away.
      const query = failure(() => bench.db.query(sleeping(bench)));
      await started(bench);
      await kill(bench.observer, id);
      return query;
    },
    { options: { maxConnections: 1 } },
  ),
  onBoth(
    "R65: a network that goes silent in mid-query is ended by the time-out",
    { both: "timeout" },
    async (bench) => {
      const proxy = await startProxy(bench.place[bench.kind].port);
      try {
        const through = plain("db", proxy.url(bench.url), { options: { connectTimeoutMs: 500 } });
        return await withSources([through], async (get) => {
          const query = failure(() => get("db").query(sleeping(bench), [], { timeoutMs: 2000 }));
          await started(bench);
          proxy.silence();
          return query;
        });
      } finally {
        await proxy.stop();
      }
    },
  ),
  onBoth(
    "R65: a network that breaks in mid-query, or in mid-stream, is an error",
    { both: ["not_available", "not_available"] },
    async (bench) => {
      const proxy = await startProxy(bench.place[bench.kind].port);
      const series = bench.kind === "postgres" ? "generate_series(1, 3000000) g" : "seq_1_to_3000000";
      try {
        return await withSources([plain("db", proxy.url(bench.url))], async (get) => {
          const query = failure(() => get("db").query(sleeping(bench)));
          await started(bench);
          proxy.cut();
          const stream = get("db").stream(`select repeat('x', 100) t from ${series}`);
          await stream.next();
          proxy.cut();
          const rest = failure(async () => {
            while ((await stream.next()).done !== true);
          });
          return [await query, await rest];
        });
      } finally {
        await proxy.stop();
      }
    },
  ),
  {
    name: "R65: a closed port is an error",
    expected: ["not_available", "not_available"],
    async run() {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      server.close();
      await once(server, "close");
      const urls = [`postgres://u@127.0.0.1:${port}/d`, `mysql://u@127.0.0.1:${port}/d`];
      return withSources(
        urls.map((url, index) => plain(String(index), url)),
        (get) => Promise.all(urls.map((_url, index) => failure(() => get(String(index)).query("select 1")))),
      );
    },
  },
];
