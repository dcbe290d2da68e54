import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { loadRows } from "../load/load-rows.js";
import { outcome, type Case } from "./case.js";
import { onBoth } from "./on-both.js";

async function withDuckdb<T>(
  use: (connection: DuckDBConnection, connect: () => Promise<DuckDBConnection>) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", max_memory: "256MB" });
  const connection = await instance.connect();
  try {
    return await use(connection, () => instance.connect());
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

async function ask(connection: DuckDBConnection, sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

const MANY = {
  postgres: `select g as id, (g / 4.0)::numeric(12,2) as price, g % 2 = 0 as even, date '2024-01-01' + (g % 31) as "day",
    timestamptz '2024-01-01 00:00+00' + g * interval '1 microsecond' as at, decode('00ff', 'hex') as bin,
    case when g % 10 = 0 then null else 'é' || g end as label, g / 8.0::float8 as share from generate_series(1, 20000) g`,
  mysql: `select seq id, cast(seq / 4 as decimal(12,2)) price, seq % 2 = 0 even, date '2024-01-01' + interval (seq % 31) day \`day\`,
    timestamp '2024-01-01 00:00:00' + interval seq microsecond at, x'00ff' bin,
    case when seq % 10 = 0 then null else concat('é', seq) end label, cast(seq as double) / 8 share from seq_1_to_20000`,
};
const SUMMARY = `select count(*) as n, sum(id) as ids, sum(price) as prices, min("day") as "first", max("day") as "last", max("at") as "at",
  count(label) as labels, min(label) as "label", max(octet_length(bin)) as bytes, sum(share) as shares from t`;

/** Rows of a datasource as a table of DuckDB's. */
export const LOAD_CASES: readonly Case[] = [
  onBoth(
    "a stream becomes a table of DuckDB's, with the types of its columns and all of its values",
    {
      postgres: [
        20_000,
        [
          "BIGINT",
          "DECIMAL(12,2)",
          "BOOLEAN",
          "DATE",
          "TIMESTAMP WITH TIME ZONE",
          "BLOB",
          "VARCHAR",
          "DOUBLE",
        ],
        [summary("2024-01-01 00:00:00.02+00")],
      ],
      mysql: [
        20_000,
        ["UBIGINT", "DECIMAL(12,2)", "BIGINT", "DATE", "TIMESTAMP", "BLOB", "VARCHAR", "DOUBLE"],
        [summary("2024-01-01 00:00:00.02")],
      ],
    },
    ({ db, kind }) =>
      withDuckdb(async (connection, connect) => {
        await connection.run("set TimeZone = 'UTC'");
        const { rows } = await loadRows(connect, "t", db.stream(MANY[kind]));
        const types = (await ask(
          connection,
          "select data_type t from duckdb_columns() where table_name = 't' order by column_index",
        )) as {
          t: string;
        }[];
        const [totals] = (await ask(
          connection,
          SUMMARY.replace('max("at")', 'max("at")::varchar'),
        )) as object[];
        return [rows, types.map(({ t }) => t), [totals]];
      }),
  ),
  onBoth(
    "no rows are an empty table, and a failure leaves none",
    {
      postgres: [0, { error: "sql_error", code: "22012" }, [{ table_name: "empty" }]],
      mysql: [
        0,
        { error: "sql_error", code: "ER_SUBQUERY_NO_1_ROW", errno: 1242 },
        [{ table_name: "empty" }],
      ],
    },
    ({ db, kind }) =>
      withDuckdb(async (connection, connect) => {
        const { rows } = await loadRows(
          connect,
          "empty",
          db.stream("select 1 a from (select 1 b) x where 1 = 0"),
        );
        const failing =
          kind === "postgres"
            ? "select 1 / (50000 - g) a from generate_series(1, 100000) g"
            : "select if(seq = 50000, (select 1 union select 2), seq) a from seq_1_to_100000";
        return [
          rows,
          await outcome(() => loadRows(connect, "half", db.stream(failing))),
          await ask(connection, "select table_name from duckdb_tables()"),
        ];
      }),
  ),
];

function summary(at: string): object {
  return {
    n: "20000",
    ids: "200010000",
    prices: "50002500.00",
    first: "2024-01-01",
    last: "2024-01-31",
    at,
    labels: "18000",
    label: "é1",
    bytes: "2",
    shares: 25001250,
  };
}
