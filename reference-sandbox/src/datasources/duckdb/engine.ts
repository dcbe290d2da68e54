import { join } from "node:path";
import { StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from "@duckdb/node-api";
import { openFencedDuckdb, toSqlError, type FencedDuckdb } from "../../context/duckdb-instance.js";
import { convertValue } from "../../context/duckdb-values.js";
import { messageOf } from "../../errors.js";
import type { Engine, Lease, Statement, StatementRequest } from "../engine.js";
import { DatabaseFailure } from "../failure.js";
import { bindForDuckdb } from "./bind.js";
import { columnOf } from "./columns.js";

/** What an engine needs. */
export interface DuckdbEngineParts {
  readonly name: string;
  readonly file: string;
  /** The session's own folder. */
  readonly home: string;
  readonly memoryBytes: number;
}

/** An interrupt that comes before its query has begun hits nothing: it is said again until the query has ended. */
const AGAIN_MS = 20;

/**
 * The file itself is within DuckDB's own fence, and COPY would write over it: what isn't a question isn't taken. EXPLAIN
 * isn't either, since EXPLAIN ANALYZE does what it explains.
 */
async function prepareRead(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`one statement a query, and these are ${statements.count}`);
  const prepared = await statements.prepare(0);
  // `data:query:read-only`
  if (prepared.statementType === StatementType.SELECT) return prepared;
  prepared.destroySync();
  throw new Error(
    "a DuckDB file among the datasources takes SELECT only: write to tables and files by ctx.duckdb",
  );
}

/**
 * Runs statements on a database file, in an instance of its own: in that of `ctx.duckdb` a script could detach the file
 * and attach it again to write. Each statement has a connection of its own, which costs nothing here.
 */
export function createDuckdbEngine({ name, file, home, memoryBytes }: DuckdbEngineParts): Engine {
  let opening: Promise<FencedDuckdb> | undefined;
  const open = async (): Promise<FencedDuckdb> => {
    const spillFolder = join(home, `.duckdb-${encodeURIComponent(name)}`);
    try {
      return await openFencedDuckdb({ file, folders: [], spillFolder, memoryBytes });
    } catch (cause) {
      opening = undefined;
      const message = `datasource ${name} can't be opened: ${messageOf(cause)}`;
      throw new DatabaseFailure({ code: "not_available", message, data: { datasource: name }, cause });
    }
  };

  const lease = async (): Promise<Lease> => {
    const { instance } = await (opening ??= open());
    const connection = await instance.connect();
    let running: Promise<unknown> = Promise.resolve();

    const start = async ({ sql, parameters }: StatementRequest): Promise<Statement> => {
      const told = async <T>(work: () => Promise<T>): Promise<T> => {
        const mine = work();
        running = mine.catch(() => undefined);
        return mine.catch((error: unknown) => {
          throw toSqlError(error, sql);
        });
      };
      const { values, types } = bindForDuckdb(parameters);
      const result = await told(async () => {
        const prepared = await prepareRead(connection, sql);
        prepared.bind(values, types);
        return prepared.stream();
      });
      const names = result.columnNames();
      return {
        columns: result.columnTypes().map((type, index) => columnOf(names[index] ?? "", type)),
        async read() {
          const chunk = await told(() => result.fetchChunk());
          return chunk === null || chunk.rowCount === 0 ? undefined : chunk.convertRows(convertValue);
        },
      };
    };

    return {
      start,
      async release() {
        connection.disconnectSync();
      },
      async cancel() {
        connection.interrupt();
        const again = setInterval(() => connection.interrupt(), AGAIN_MS);
        await running;
        clearInterval(again);
        connection.disconnectSync();
      },
    };
  };

  return {
    lease,
    async close() {
      (await opening?.catch(() => undefined))?.instance.closeSync();
    },
  };
}
