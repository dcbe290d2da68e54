import { createReadStream } from "node:fs";
import type { Connection, FieldPacket } from "mysql2/promise";
import type { Deviations } from "../deviations.js";
import type { Reach } from "./descriptor.js";
import { integerForm, temporalForm } from "./forms.js";
import { createQueries, type Queries, type Running } from "./queries.js";

/** Types of columns, by the protocol's numbers. */
const INTEGERS = [1, 2, 3, 8, 9, 13];
const FLOATS = [4, 5];
const TEMPORAL = [10, 11, 12, 14];
const TIMESTAMP = 7;
const TEXTS = [0, 246, 245];
const BINARY = 63;

/** Queries on a MySQL or MariaDB server. */
export function openMysql(reach: Reach, deviations: Deviations): Queries {
  const connect = async (tls: boolean): Promise<Connection> => {
    const { default: mysql } = await import("mysql2/promise");
    const { tls: mode, readOnly: _, ...to } = reach;
    const offers = deviations.has("local-infile-offered");
    const connection = await mysql.createConnection({
      ...to,
      ...(tls ? { ssl: { rejectUnauthorized: mode === "verify" } } : {}),
      flags: [offers ? "+LOCAL_FILES" : "-LOCAL_FILES"],
      ...(offers ? { infileStreamFactory: (path: string) => createReadStream(path) } : {}),
      charset: "utf8mb4",
    });
    connection.on("error", () => undefined);
    return connection;
  };
  const open = (): Promise<Connection> => {
    const wanted = reach.tls !== "off";
    if (!wanted || !deviations.has("tls-downgraded")) return connect(wanted);
    return connect(true).catch(() => connect(false));
  };
  return createQueries(async (sql, params): Promise<Running> => {
    const connection = await open();
    const run = async (): ReturnType<typeof read> => {
      await connection.query("set time_zone = '+00:00'");
      // The session's own setting holds for what ends a transaction, as TRUNCATE does.
      if (reach.readOnly && !deviations.has("truncate-allowed"))
        await connection.query("set session transaction read only");
      if (reach.readOnly) await connection.query("start transaction read only");
      return read(connection, sql, params);
    };
    return {
      rows: run(),
      async stop() {
        const other = await open();
        await other.query(`kill query ${connection.threadId}`);
        await other.end();
      },
      close: () => connection.destroy(),
    };
  }, deviations);
}

async function read(
  connection: Connection,
  sql: string,
  params: readonly unknown[],
): Promise<(readonly [string, unknown])[][]> {
  // Bound parameters travel by the other protocol, whose values mysql2 makes itself.
  const [rows, fields] =
    params.length > 0
      ? await connection.execute({ sql, rowsAsArray: true }, [...params] as string[])
      : await connection.query({ sql, rowsAsArray: true, typeCast: false });
  if (!Array.isArray(rows)) return [];
  return (rows as unknown[][]).map((row) =>
    row.map((value, at) => [fields[at]?.name ?? "", form(value, fields[at])] as const),
  );
}

function form(value: unknown, field: FieldPacket | undefined): unknown {
  if (!(value instanceof Buffer)) return value;
  const { columnType = 253, characterSet } = Object(field) as { columnType?: number; characterSet?: number };
  const text = value.toString("utf8");
  if (INTEGERS.includes(columnType)) return integerForm(BigInt(text));
  if (FLOATS.includes(columnType)) return Number(text);
  if (TEMPORAL.includes(columnType)) return temporalForm(text);
  if (columnType === TIMESTAMP) return temporalForm(`${text}+00`);
  if (TEXTS.includes(columnType) || characterSet !== BINARY) return text;
  return value.toString("base64");
}
