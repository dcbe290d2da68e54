import { rowBuilder, type Row } from "../values/index.js";
import type { Engine } from "./engine.js";
import { callSite, DatabaseFailure, scriptError } from "./failure.js";
import { bindParameters, type Parameter } from "./parameters.js";
import { createRowStream, type RowStream } from "./row-stream.js";
import { createRun, type Run } from "./run.js";
import type { ConnectSettings } from "./settings.js";
import { sizeOf } from "./size.js";

/** How one query is made. */
export interface QueryOptions {
  /** Aborting it stops the query on the server and rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds until it rejects with `timeout` and is stopped on the server; 0 is none. Of `stream()`: for each wait
   * for rows, so a script may take its time between them. Default: the datasource's `statementTimeoutMs` (60,000).
   */
  readonly timeoutMs?: number | undefined;
}

/** A PostgreSQL, MySQL or MariaDB server, queried directly: no frame crosses the wire (`data:query:no-frame`). */
export interface DatasourceClient {
  readonly name: string;
  readonly kind: "postgres" | "mysql";
  /**
   * Runs one statement and returns all of its rows, in the forms of the table at `Form`. Several statements in one text
   * are an error; each query is its own transaction, read-only unless the datasource allows more; a statement without
   * columns gives no rows. Queries may run at the same time.
   *
   * @param parameters - bound, never pasted into the text: `$1, $2, …` in PostgreSQL, `?` in MySQL and MariaDB.
   * @throws SandpipeError `sql_error` (`data.code`: the server's own code), `limit_exceeded` above the datasource's
   * `maxRows` or `maxBytes` (use `stream()`), `timeout`, `cancelled`, `not_available` (no connection, or it was lost).
   */
  query(sql: string, parameters?: readonly Parameter[], options?: QueryOptions): Promise<Row[]>;
  /** Runs one statement and gives its rows one by one in bounded memory, at the pace of the script. Errors as `query`. */
  stream(sql: string, parameters?: readonly Parameter[], options?: QueryOptions): RowStream;
}

/** What a client needs. */
export interface ClientParts {
  readonly settings: ConnectSettings;
  readonly engine: Engine;
  /** Aborted at the session's end. */
  readonly signal: AbortSignal;
  /** Takes work that the session's end waits for. */
  readonly track: (work: Promise<void>) => void;
}

/** Creates the client of one datasource. */
export function createDatasourceClient(parts: ClientParts): DatasourceClient {
  const { name, kind, options } = parts.settings;
  const begin = (call: Call): Run => startRun(parts, call);
  // Closures, not methods: a script may take them off the object. Not async: in Bun such a function isn't found in its
  // own stack, and the error would point nowhere.
  const query: DatasourceClient["query"] = (sql, parameters = [], { signal, timeoutMs } = {}) => {
    const site = callSite(query);
    const call = { sql, parameters, signal, timeoutMs, streaming: false };
    return collect(() => begin(call), name, options).catch((error: unknown) => {
      throw scriptError(error, site);
    });
  };
  const stream: DatasourceClient["stream"] = (sql, parameters = [], { signal, timeoutMs } = {}) => {
    const site = callSite(stream);
    try {
      return createRowStream(begin({ sql, parameters, signal, timeoutMs, streaming: true }), site);
    } catch (error) {
      throw scriptError(error, site);
    }
  };
  return { name, kind, query, stream };
}

interface Call extends QueryOptions {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly streaming: boolean;
}

function startRun({ settings, engine, signal, track }: ClientParts, call: Call): Run {
  const { name, options } = settings;
  const timeoutMs = call.timeoutMs ?? options.statementTimeoutMs;
  try {
    if (typeof call.sql !== "string" || call.sql.trim() === "")
      throw new TypeError("the statement must be SQL text");
    if (!Number.isFinite(timeoutMs) || timeoutMs < 0)
      throw new TypeError("timeoutMs must be 0 (no end) or a number of milliseconds");
    const request = {
      sql: call.sql,
      parameters: bindParameters(call.parameters),
      timeoutMs: Math.ceil(timeoutMs),
      streaming: call.streaming,
    };
    const signals = call.signal === undefined ? [signal] : [signal, call.signal];
    return createRun({ what: name, engine, request, signals, track });
  } catch (error) {
    throw new DatabaseFailure({
      code: "sql_error",
      message: `datasource ${name}: ${error instanceof Error ? error.message : String(error)}`,
      data: { code: "invalid_argument" },
    });
  }
}

async function collect(
  begin: () => Run,
  name: string,
  { maxRows, maxBytes }: { readonly maxRows: number; readonly maxBytes: number },
): Promise<Row[]> {
  const run = begin();
  const rows: Row[] = [];
  let bytes = 0;
  let build: ((values: readonly unknown[]) => Row) | undefined;
  for (let batch = await run.read(); batch !== undefined; batch = await run.read()) {
    build ??= rowBuilder(run.columns.map((column) => column.name));
    for (const values of batch) {
      bytes += sizeOf(values);
      if (rows.length < maxRows && bytes <= maxBytes) rows.push(build(values));
      else {
        run.stop();
        throw tooMuch(name, rows.length < maxRows ? `${maxBytes} bytes` : `${maxRows} rows`, {
          maxRows,
          maxBytes,
        });
      }
    }
  }
  return rows;
}

function tooMuch(name: string, limit: string, data: object): DatabaseFailure {
  return new DatabaseFailure({
    code: "limit_exceeded",
    message:
      `datasource ${name}: the result has more than ${limit}, which query() doesn't take into memory; ` +
      "use stream(), or let the database narrow it down",
    data,
  });
}
