import { SandpipeError } from "../../errors.js";
import { outcome, withSources, plain, type Case } from "./case.js";
import { onBoth } from "./on-both.js";

/** What the message of a failure says, and where its stack points first. */
async function seen(work: Promise<unknown>): Promise<{ message: string; top: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SandpipeError)
      return { message: error.message, top: error.stack?.split("\n")[1] ?? "" };
  }
  return { message: "", top: "" };
}

const SERIES = {
  postgres: "select g from generate_series(1, 200000) g",
  mysql: "select seq g from seq_1_to_200000",
};

/** Rules on what a query may do and take. */
export const RULE_CASES: readonly Case[] = [
  onBoth(
    "a datasource is read-only, and a statement that asks for more changes nothing for the next",
    {
      postgres: [{ error: "sql_error", code: "25006" }, { value: [] }, { error: "sql_error", code: "25006" }],
      mysql: [
        { error: "sql_error", code: "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION", errno: 1792 },
        { value: [] },
        { error: "sql_error", code: "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION", errno: 1792 },
      ],
    },
    async ({ db, kind }) => [
      await outcome(() => db.query("create table not_here(a int)")),
      await outcome(() =>
        db.query(
          kind === "postgres"
            ? "set session characteristics as transaction read write"
            : "set session transaction read write",
        ),
      ),
      await outcome(() => db.query("create table not_here(a int)")),
    ],
    { options: { maxConnections: 1 } },
  ),
  onBoth(
    "one statement a query",
    {
      postgres: { error: "sql_error", code: "42601" },
      mysql: { error: "sql_error", code: "ER_PARSE_ERROR", errno: 1064 },
    },
    ({ db }) => outcome(() => db.query("select 1; select 2")),
  ),
  onBoth(
    "errors carry the server's code and point at the script's own line, and the datasource answers on",
    {
      postgres: [{ error: "sql_error", code: "42P01" }, true, true, [{ x: 1 }]],
      mysql: [{ error: "sql_error", code: "ER_NO_SUCH_TABLE", errno: 1146 }, true, true, [{ x: 1 }]],
    },
    async ({ db }) => [
      await outcome(() => db.query("select * from not_here")),
      (await seen(db.query("select * from not_here"))).top.includes("rule-cases"),
      (await seen(db.stream("select * from not_here").next())).top.includes("rule-cases"),
      await db.query("select 1 x"),
    ],
    { options: { maxConnections: 1 } },
  ),
  onBoth(
    "a parameter that can't be bound is named, and so is a wrong number of them",
    {
      postgres: [
        "datasource db: parameter 2 is undefined; pass null for SQL NULL, or a value",
        'datasource db: bind message supplies 0 parameters, but prepared statement "" requires 1',
        [{ x: 1 }],
      ],
      mysql: [
        "datasource db: parameter 2 is undefined; pass null for SQL NULL, or a value",
        "datasource db: the statement has 1 placeholders, but 0 parameters were given",
        [{ x: 1 }],
      ],
    },
    async ({ db, kind }) => [
      (await seen(db.query("select 1", [1, undefined as never]))).message,
      (await seen(db.query(kind === "postgres" ? "select $1::int" : "select ?"))).message,
      await db.query("select 1 x"),
    ],
    { options: { maxConnections: 1 } },
  ),
  onBoth(
    "more rows than query() takes is limit_exceeded that names stream(), which gives them all",
    { both: [{ error: "limit_exceeded" }, true, { rows: 200_000, sum: 20_000_100_000 }] },
    async ({ db, kind }) => {
      const refusal = await outcome(() => db.query(SERIES[kind]));
      const { message } = await seen(db.query(SERIES[kind]));
      let [rows, sum] = [0, 0];
      for await (const row of db.stream(SERIES[kind])) {
        rows += 1;
        sum += Number(row["g"]);
      }
      return [refusal, message.includes("stream()"), { rows, sum }];
    },
    { options: { maxRows: 1000, maxConnections: 1 } },
  ),
  onBoth(
    "as many rows as query() takes are no error",
    { both: [1000, { error: "limit_exceeded" }] },
    async ({ db, kind }) => {
      const rows = (count: number): string => SERIES[kind].replace("200000", String(count));
      return [(await db.query(rows(1000))).length, await outcome(() => db.query(rows(1001)))];
    },
    { options: { maxRows: 1000 } },
  ),
  onBoth(
    "more bytes than query() takes is limit_exceeded, and the next query isn't hit",
    { both: [{ error: "limit_exceeded" }, { value: [{ x: 1 }] }] },
    async ({ db }) => [
      await outcome(() => db.query("select repeat('x', 100000) a, repeat('y', 100000) b")),
      await outcome(() => db.query("select 1 x")),
    ],
    { options: { maxBytes: 150_000, maxConnections: 1 } },
  ),
  onBoth(
    "a stream of 400 MB takes little memory, though the script is slower than the server",
    { both: [200_000, "bounded"] },
    async ({ db, kind }) => {
      const series = kind === "postgres" ? "generate_series(1, 200000) g" : "seq_1_to_200000";
      const stream = db.stream(`select repeat('x', 2000) t from ${series}`);
      const before = process.memoryUsage().rss;
      let [rows, most] = [0, 0];
      for await (const row of stream) {
        rows += Number(row["t"] !== null);
        if (rows % 500 !== 0) continue;
        // Time in which the server would send all of it, were it let.
        if (rows === 1000) await new Promise((resolve) => setTimeout(resolve, 2000));
        most = Math.max(most, process.memoryUsage().rss - before);
      }
      return [rows, most < 200 * 1024 * 1024 ? "bounded" : `grew by ${most}`];
    },
  ),
  onBoth(
    "a stream that is left early frees its only connection",
    { both: [3, [{ x: 1 }]] },
    async ({ db, kind }) => {
      let rows = 0;
      for await (const row of db.stream(SERIES[kind])) {
        rows += Number(row["g"] !== undefined);
        if (rows === 3) break;
      }
      return [rows, await db.query("select 1 x")];
    },
    { options: { maxConnections: 1 } },
  ),
  onBoth(
    "rows that are asked for ahead come in order",
    { both: [1, 2, 3, 4, 5, undefined, undefined].map((g) => (g === undefined ? "end" : g)) },
    async ({ db, kind }) => {
      const stream = db.stream(SERIES[kind].replace("200000", "5"));
      const answers = await Promise.all(Array.from({ length: 7 }, () => stream.next()));
      return answers.map((answer) => (answer.done === true ? "end" : answer.value["g"]));
    },
  ),
  onBoth(
    "a stream tells its columns, also without rows",
    {
      postgres: [
        { name: "a", form: "integer" },
        { name: "b", form: "decimal", precision: 5, scale: 2 },
      ],
      mysql: [
        { name: "a", form: "integer", unsigned: false },
        { name: "b", form: "decimal", precision: 5, scale: 2 },
      ],
    },
    async ({ db }) => {
      const stream = db.stream(
        "select 1 a, cast(1.10 as decimal(5,2)) b where 1 = 0".replace(
          " where",
          " from (select 1 c) t where",
        ),
      );
      await stream.next();
      return stream.columns;
    },
  ),
  onBoth(
    "a statement without columns gives no rows, and what it sets is not there for the next one",
    { postgres: [[], [{ z: "UTC" }]], mysql: [[], [{ z: "+00:00" }]] },
    async ({ db, kind }) => [
      await db.query(kind === "postgres" ? "set timezone = 'Asia/Tokyo'" : "set time_zone = '+09:00'"),
      await db.query(kind === "postgres" ? "select current_setting('timezone') z" : "select @@time_zone z"),
    ],
    { options: { maxConnections: 1 }, readOnly: false },
  ),
  onBoth(
    "a transaction that a statement begins doesn't go on: what the next one writes is there for others",
    { both: [{ n: 1 }] },
    async ({ db, observer, marker }) => {
      await db.query(`create table ${marker}(a int)`);
      try {
        await db.query("begin");
        await db.query(`insert into ${marker} values (1)`);
        return await observer.query(`select count(*) n from ${marker}`);
      } finally {
        await db.query(`drop table ${marker}`);
      }
    },
    { options: { maxConnections: 1 }, readOnly: false },
  ),
  onBoth(
    "a hundred parallel queries on a few connections each get their own answer",
    { both: true },
    async ({ db, kind }) => {
      const sql = kind === "postgres" ? "select $1::int x" : "select ? x";
      const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => db.query(sql, [n])));
      return answers.every((rows, n) => rows.length === 1 && rows[0]?.["x"] === n);
    },
  ),
  {
    name: "LOAD DATA LOCAL INFILE is never offered",
    expected: { error: "sql_error", errno: 4166 },
    run: ({ mysql }) =>
      withSources([plain("my", mysql.url, { readOnly: false })], async (get) => {
        const db = get("my");
        const table = `infile_${process.pid}`;
        await db.query(`create table ${table}(a text)`);
        try {
          return await outcome(() => db.query(`load data local infile '/etc/passwd' into table ${table}`));
        } finally {
          await db.query(`drop table ${table}`);
        }
      }),
  },
];
