import { join } from "node:path";
import type { DuckDBConnection, DuckDBResult, DuckDBValue } from "@duckdb/node-api";
import { callSite, type LoadableRows, type LoadedTable, type LoadOptions } from "../datasources/index.js";
import { scriptError, type CallSite } from "../datasources/failure.js";
import { SandpipeError } from "../errors.js";
import { openFencedDuckdb, toSqlError, type FencedDuckdb } from "./duckdb-instance.js";
import { stoppable, type DuckdbOptions } from "./duckdb-stop.js";
import type { Fence } from "./fence.js";
import type { Files } from "./files.js";
import { pointTo } from "./point-to.js";
import type { FileFormat, RegisteredFile } from "./register-file.js";
import { rowBuilder, uniqueNames, type Row } from "../values/index.js";
export type { DuckdbOptions, RegisteredFile };

/**
 * DuckDB inside the sandbox's own process: no query sends a frame (`data:query:no-frame`). It reads and writes files
 * only below the scratch folder, and loads no extension from anywhere. It takes up to 1 GB of memory, and half of the
 * session's at most; what needs more is spilled to the scratch folder, up to 4 GB.
 *
 * Values have the forms of the one table for all engines (see `Form`); beyond it LIST and ARRAY are arrays, STRUCT an
 * object, MAP an array of `{key, value}`, UNION `{tag, value}`. Column names that repeat get `_1`, `_2`, ….
 */
export interface Duckdb {
  /**
   * Runs one statement after another's end and returns its rows. Params bind to `?`/`$1` in order: null, boolean,
   * number, bigint, string, Date, Uint8Array. Rejects with `sql_error`, or `limit_exceeded` above 1,000,000 rows or
   * 256 MiB (then aggregate, LIMIT, COPY to a file, or use `stream`), `cancelled` or `timeout`.
   *
   * @example
   * const [row] = await ctx.duckdb.query("select count(*) n from range(?)", [10], { timeoutMs: 5_000 });
   */
  query(sql: string, params?: readonly unknown[], options?: DuckdbOptions): Promise<Row[]>;
  /**
   * Gives a file a name in SQL, as a view: CSV, Parquet or JSON, told by its name or MIME type. Rejects with
   * `invalid_file` where these don't tell it.
   *
   * @example
   * await ctx.duckdb.registerFile("orders", "f1");
   * const perKind = await ctx.duckdb.query("select kind, sum(amount) total from orders group by kind");
   */
  registerFile(
    name: string,
    fileId: string,
    options?: { readonly format?: FileFormat },
  ): Promise<RegisteredFile>;
  /**
   * Makes a new table from rows, in bounded memory: `registerRows("orders", ctx.datasource("shop").stream(sql))`. Types
   * are those of the stream's columns, else the first 1,024 rows decide; `{types}` holds over both. A value that doesn't
   * fit rejects with `sql_error` that names row, column and value, and leaves no table.
   */
  registerRows(name: string, rows: LoadableRows, options?: LoadOptions): Promise<LoadedTable>;
  /**
   * The same rows in batches, for results that don't fit; on a connection of its own. Leaving early stops the query.
   *
   * @example
   * for await (const rows of ctx.duckdb.stream("select * from range(5000000)")) ctx.log(rows.length);
   */
  stream(
    sql: string,
    params?: readonly unknown[],
    options?: DuckdbOptions,
  ): AsyncGenerator<Row[], void, undefined>;
}

const MAX_ROWS = 1_000_000;
const MAX_BYTES = 256 * 1024 * 1024;
/** What an empty cell of a row object costs beside its text. */
const CELL_BYTES = 16;

interface Engine extends FencedDuckdb {
  readonly convert: (result: DuckDBResult) => (chunk: Chunk) => Row[];
  readonly bind: (value: unknown) => DuckDBValue;
}
type Chunk = NonNullable<Awaited<ReturnType<DuckDBResult["fetchChunk"]>>>;

/** Creates `ctx.duckdb`; the engine starts at the first query, with up to `memoryBytes`. */
export function createDuckdb(fence: Fence, files: Files, memoryBytes: () => number): Duckdb {
  let engine: Promise<Engine> | undefined;
  /** One connection keeps temporary tables and transactions; its statements run one by one (R56). */
  let last: Promise<unknown> = Promise.resolve();

  const start = (): Promise<Engine> => (engine ??= startEngine(fence.close(), memoryBytes()));

  const collect = async (result: DuckDBResult, toRows: (chunk: Chunk) => Row[]): Promise<Row[]> => {
    const rows: Row[] = [];
    let bytes = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return rows;
      for (const row of toRows(chunk)) {
        rows.push(row);
        bytes += sizeOf(row);
      }
      if (rows.length > MAX_ROWS || bytes > MAX_BYTES) throw tooMuch();
    }
  };

  const runQuery = async (
    sql: string,
    params: readonly unknown[],
    options: DuckdbOptions,
  ): Promise<Row[]> => {
    const { connection, convert, bind } = await start();
    return stoppable(connection, options, async () => {
      const result = await connection.stream(sql, params.map(bind));
      return collect(result, convert(result));
    });
  };

  // Not async: in Bun such a function isn't found in its own stack, and an error would point nowhere.
  const query: Duckdb["query"] = (sql, params = [], options = {}) => {
    const site = callSite(query);
    const run = last.then(() => runQuery(sql, params, options));
    last = run.catch(() => undefined);
    return run.catch((error: unknown) => {
      throw scriptError(toSqlError(error, sql), site);
    });
  };

  const registerRows: Duckdb["registerRows"] = (name, rows, options) => {
    const site = callSite(registerRows);
    // On a connection of its own: the rows may come from queries of ctx.duckdb, which wait for one another.
    const connect = async (): Promise<DuckDBConnection> => (await start()).instance.connect();
    return import("../datasources/load/load-rows.js").then(({ loadRows }) =>
      loadRows(connect, name, rows, options, site),
    );
  };

  const registerFile: Duckdb["registerFile"] = (name, fileId, { format } = {}) => {
    const site = callSite(registerFile);
    const load = import("./register-file.js");
    return pointTo(
      site,
      load.then((module) =>
        module.registerFile({ files, query, folder: fence.home() }, name, fileId, format),
      ),
    );
  };

  const stream: Duckdb["stream"] = (sql, params = [], options = {}) =>
    batches(sql, params, options, callSite(stream));
  async function* batches(
    sql: string,
    params: readonly unknown[],
    options: DuckdbOptions,
    site: CallSite,
  ): AsyncGenerator<Row[], void, undefined> {
    const { instance, convert, bind } = await start();
    const connection = await instance.connect();
    try {
      const result = await stoppable(connection, options, () => connection.stream(sql, params.map(bind)));
      const toRows = convert(result);
      for (;;) {
        const chunk = await stoppable(connection, options, () => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield toRows(chunk);
      }
    } catch (error) {
      throw scriptError(toSqlError(error, sql), site);
    } finally {
      connection.disconnectSync();
    }
  }

  return {
    query,
    registerRows,
    registerFile,
    stream,
  };
}

async function startEngine(folders: readonly string[], memoryBytes: number): Promise<Engine> {
  const { bindValue, convertValue } = await import("./duckdb-values.js");
  const [home = "."] = folders;
  const fenced = await openFencedDuckdb({ folders, spillFolder: join(home, ".duckdb"), memoryBytes });
  return {
    ...fenced,
    bind: bindValue,
    convert(result) {
      const build = rowBuilder(uniqueNames(result.columnNames()));
      return (chunk) => chunk.convertRows(convertValue).map(build);
    },
  };
}

function tooMuch(): SandpipeError {
  return new SandpipeError({
    code: "limit_exceeded",
    message: `the query gives more than ${MAX_ROWS} rows or ${MAX_BYTES} bytes: aggregate, add LIMIT, COPY to a file in ctx.scratch, or use ctx.duckdb.stream()`,
    data: { kind: "limit_exceeded", maxRows: MAX_ROWS, maxBytes: MAX_BYTES },
  });
}

function sizeOf(row: Row): number {
  let bytes = 0;
  for (const value of Object.values(row)) {
    if (typeof value === "string") bytes += value.length + CELL_BYTES;
    else if (typeof value === "object" && value !== null) bytes += JSON.stringify(value).length + CELL_BYTES;
    else bytes += CELL_BYTES;
  }
  return bytes;
}
