import type { DuckDBConnection } from "@duckdb/node-api";
import { SandpipeError } from "../../errors.js";
import type { Column, Row } from "../../values/index.js";
import { callSite, DatabaseFailure, scriptError, type CallSite } from "../failure.js";
import { createColumnBuffers } from "./column-buffers.js";
import { inferColumns, typeOfColumn, typeSql, type LoadType, type TableColumn } from "./table-types.js";
import { toDuckdb } from "./to-duckdb.js";

/** Rows to load: those of a datasource's `stream()`, whose columns are known, or any others. */
export type LoadableRows = (AsyncIterable<Row> | Iterable<Row>) & {
  readonly columns?: readonly Column[];
};

/** How rows become a table. */
export interface LoadOptions {
  /** Types for columns by name, over what the source tells or the first rows suggest; also for columns to come. */
  readonly types?: { readonly [column: string]: LoadType };
}

/** What was loaded. */
export interface LoadedTable {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

/** Rows that are looked at before the table is made, where the source doesn't tell its columns. */
const SAMPLE_ROWS = 1024;

/**
 * Makes a new table of DuckDB's from rows, in bounded memory: `loadRows(connect, "orders", datasource.stream(sql))`.
 *
 * @param connect - a connection for this alone; it is closed at the end.
 *
 * @param site - where the script asked for it, for the stack of an error.
 *
 * Types are those that the source tells: integers BIGINT or UBIGINT, decimals with declared digits DECIMAL, floats
 * DOUBLE, BOOLEAN, DATE, TIMESTAMP, TIMESTAMPTZ, bytes BLOB, all else VARCHAR (lists as JSON text). Of rows without
 * known columns the first 1,024 decide (`inferColumns`), and a later name or value that doesn't fit is an error.
 *
 * @throws SandpipeError `sql_error` that names row, column and value, or says what DuckDB said; the table is then gone
 * again. Errors of the source pass through.
 */
export function loadRows(
  connect: () => Promise<DuckDBConnection>,
  table: string,
  rows: LoadableRows,
  options: LoadOptions = {},
  site: CallSite = callSite(loadRows),
): Promise<LoadedTable> {
  return loadConnected(connect, table, rows, options.types ?? {}).catch((error: unknown) => {
    throw error instanceof SandpipeError ? error : scriptError(error, site);
  });
}

async function loadConnected(
  connect: () => Promise<DuckDBConnection>,
  ...rest: [string, LoadableRows, NonNullable<LoadOptions["types"]>]
): Promise<LoadedTable> {
  const connection = await connect();
  try {
    return await load(connection, ...rest);
  } finally {
    connection.disconnectSync();
  }
}

async function load(
  connection: DuckDBConnection,
  table: string,
  rows: LoadableRows,
  types: NonNullable<LoadOptions["types"]>,
): Promise<LoadedTable> {
  const iterator = iterate(rows);
  let next = await iterator.next();
  try {
    const sample: Row[] = [];
    const size = rows.columns === undefined ? SAMPLE_ROWS : 1;
    for (; next.done !== true && sample.length < size; next = await iterator.next()) sample.push(next.value);
    const columns = tableColumns(table, rows.columns, sample, types);
    await connection.run(createTableSql(table, columns));
    try {
      const remaining = (async function* (): AsyncGenerator<Row> {
        yield* sample.splice(0);
        for (; next.done !== true; next = await iterator.next()) yield next.value;
      })();
      return { rows: await fill(connection, table, columns, remaining), columns };
    } catch (error) {
      // Half a table looks like a table.
      await connection.run(`DROP TABLE ${identifier(table)}`).catch(() => undefined);
      throw error;
    }
  } finally {
    // Leaving early stops the query that the rows come from.
    if (next.done !== true) await iterator.return?.();
  }
}

async function fill(
  connection: DuckDBConnection,
  table: string,
  columns: readonly TableColumn[],
  rows: AsyncIterable<Row>,
): Promise<number> {
  const api = await import("@duckdb/node-api");
  const convert = columns.map(({ type }) => toDuckdb(api, type));
  const buffers = createColumnBuffers(table, columns, convert);
  const appender = await connection.createAppender(table);
  const types = columns.map((_column, index) => appender.columnType(index));
  const flush = (): void => {
    const chunk = api.DuckDBDataChunk.create(types);
    chunk.setColumns(buffers.take());
    appender.appendDataChunk(chunk);
    // The appender itself would wait for 204,800 rows, however large.
    appender.flushSync();
  };
  try {
    for await (const row of rows) if (buffers.add(row)) flush();
    if (buffers.waiting > 0) flush();
  } finally {
    appender.closeSync();
  }
  return buffers.rows;
}

function iterate(rows: LoadableRows): AsyncIterator<Row> {
  if (Symbol.asyncIterator in rows) return rows[Symbol.asyncIterator]();
  return (async function* (): AsyncGenerator<Row> {
    yield* rows;
  })();
}

function tableColumns(
  table: string,
  known: readonly Column[] | undefined,
  sample: readonly Row[],
  types: NonNullable<LoadOptions["types"]>,
): readonly TableColumn[] {
  const found =
    known === undefined
      ? inferColumns(sample)
      : known.map((column): TableColumn => ({ name: column.name, type: typeOfColumn(column) }));
  const names = new Set(found.map(({ name }) => name));
  const added = known === undefined ? Object.keys(types).filter((name) => !names.has(name)) : [];
  const columns = [
    ...found.map(({ name, type }) => ({ name, type: types[name] ?? type })),
    ...added.map((name) => ({ name, type: types[name] as LoadType })),
  ];
  if (columns.length > 0) return columns;
  throw new DatabaseFailure({
    code: "sql_error",
    message: `can't make table ${JSON.stringify(table)}: there are no rows and no known columns; give {types}`,
    data: { engine: "duckdb" },
  });
}

function createTableSql(table: string, columns: readonly TableColumn[]): string {
  const list = columns.map(({ name, type }) => `${identifier(name)} ${typeSql(type)}`).join(", ");
  return `CREATE TABLE ${identifier(table)} (${list})`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
