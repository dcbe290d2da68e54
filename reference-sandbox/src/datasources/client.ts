import type { Datasource } from "@sandpipe/spec/v1";
import type { Row } from "../values/index.js";
import { createDeferredRun } from "./deferred-run.js";
import { callSite, scriptError } from "./failure.js";
import type { Parameter } from "./parameters.js";
import type { Call, QueryRunner } from "./query-runner.js";
import { createRowStream, type RowStream } from "./row-stream.js";

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

/** A PostgreSQL, MySQL or MariaDB server or a DuckDB file, queried directly: no frame crosses the wire (`data:query:no-frame`). */
export interface DatasourceClient {
  readonly name: string;
  readonly kind: Datasource["kind"];
  /**
   * Runs one statement and returns all of its rows, in the forms of the table at `Form`. Several statements in one text
   * are an error; each query is its own transaction, read-only unless the datasource allows more; a statement without
   * columns gives no rows. Queries may run at the same time.
   *
   * @param parameters - bound, never pasted into the text: `$1, $2, …` in PostgreSQL and DuckDB, `?` in MySQL, MariaDB and DuckDB.
   * @throws SandpipeError `sql_error` (`data.code`: the server's own code), `limit_exceeded` above the datasource's
   * `maxRows` or `maxBytes` (use `stream()`), `timeout`, `cancelled`, `not_available` (no connection, or it was lost).
   */
  query(sql: string, parameters?: readonly Parameter[], options?: QueryOptions): Promise<Row[]>;
  /** Runs one statement and gives its rows one by one in bounded memory, at the pace of the script. Errors as `query`. */
  stream(sql: string, parameters?: readonly Parameter[], options?: QueryOptions): RowStream;
}

/** What a client needs. */
export interface ClientParts {
  readonly name: string;
  readonly kind: Datasource["kind"];
  /** Loads what queries need, once; rejects when the descriptor is wrong. */
  readonly load: () => Promise<QueryRunner>;
}

/** Creates the client of one datasource: what a script sees, and no more, so that a script without queries starts fast. */
export function createDatasourceClient({ name, kind, load }: ClientParts): DatasourceClient {
  // Closures, not methods: a script may take them off the object. Not async: in Bun such a function isn't found in its
  // own stack, and the error would point nowhere.
  const query: DatasourceClient["query"] = (sql, parameters = [], { signal, timeoutMs } = {}) => {
    const site = callSite(query);
    const call: Call = { sql, parameters, signal, timeoutMs, streaming: false };
    return load()
      .then((runner) => runner.collect(call))
      .catch((error: unknown) => {
        throw scriptError(error, site);
      });
  };
  const stream: DatasourceClient["stream"] = (sql, parameters = [], { signal, timeoutMs } = {}) => {
    const site = callSite(stream);
    const call: Call = { sql, parameters, signal, timeoutMs, streaming: true };
    return createRowStream(
      createDeferredRun(async () => (await load()).begin(call)),
      site,
    );
  };
  return { name, kind, query, stream };
}
