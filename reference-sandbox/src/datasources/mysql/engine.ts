import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import mysql, { type ConnectionOptions, type PoolConnection } from "mysql2";
import { leavesTraces, type Engine, type Lease, type Statement, type StatementRequest } from "../engine.js";
import { DatabaseFailure } from "../failure.js";
import type { ConnectSettings } from "../settings.js";
import { mysqlOptions } from "./connect.js";
import { mysqlFailure, mysqlUnavailable } from "./errors.js";
import { killQuery } from "./kill.js";
import { bindMysql } from "./parameters.js";
import { createMysqlStatement } from "./statement.js";

/** The statement can't be prepared (some SHOW and administrative statements of MySQL). */
const NOT_PREPARABLE = 1295;

/** What is known of an open connection. */
interface SessionState {
  readonly mariadb: boolean;
  /** The time-out that the server holds it to; undefined before the first. */
  timeoutMs: number | undefined;
}

/** A mysql2 connection with what its types leave out. */
type Connection = PoolConnection & { readonly stream: Socket };

/** Creates the pool of one MySQL or MariaDB server; nothing connects before the first lease. */
export function createMysqlEngine(settings: ConnectSettings): Engine {
  const options = mysqlOptions(settings);
  const pool = mysql.createPool({ ...options, connectionLimit: settings.options.maxConnections });
  const states = new WeakMap<PoolConnection, SessionState>();

  return {
    async lease() {
      let connection: Connection;
      try {
        connection = await new Promise<Connection>((resolve, reject) => {
          pool.getConnection((error, given) =>
            error === null ? resolve(given as Connection) : reject(error),
          );
        });
      } catch (error) {
        throw mysqlUnavailable(settings.name, error);
      }
      connection.stream.ref();
      const onError = (): void => undefined;
      connection.on("error", onError);
      try {
        let state = states.get(connection);
        if (state === undefined) {
          state = await prepareSession(connection, settings.readOnly);
          states.set(connection, state);
        }
        return createLease({ settings, options, connection, state, onError });
      } catch (error) {
        connection.destroy();
        throw mysqlUnavailable(settings.name, error);
      }
    },
    close: () =>
      new Promise((resolve) => {
        pool.end(() => resolve());
      }),
  };
}

/**
 * Sets a session so that values don't depend on the server's configuration. A slow script must not lose its stream to
 * net_write_timeout (60 s by default). The session is read-only beside each transaction: MariaDB ends a transaction
 * before TRUNCATE, DROP or ALTER, and runs them by what the session says.
 */
async function prepareSession(connection: Connection, readOnly: boolean): Promise<SessionState> {
  await run(connection, "SET time_zone = '+00:00', net_write_timeout = 3600");
  // `data:query:read-only`
  if (readOnly) await run(connection, "SET SESSION TRANSACTION READ ONLY");
  const [row] = (await run(connection, "SELECT VERSION()")) as string[][];
  return { mariadb: /mariadb/i.test(row?.[0] ?? ""), timeoutMs: undefined };
}

/** Sends a statement of our own and gives its rows. */
function run(connection: PoolConnection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => (error === null ? resolve(rows) : reject(error)));
  });
}

interface LeaseParts {
  readonly settings: ConnectSettings;
  readonly options: ConnectionOptions;
  readonly connection: Connection;
  readonly state: SessionState;
  readonly onError: () => void;
}

function createLease({ settings, options, connection, state, onError }: LeaseParts): Lease {
  let busy = false;
  let discard = false;
  let request: StatementRequest | undefined;
  const fail = (error: unknown): Error => {
    busy = false;
    return mysqlFailure(settings.name, error, request?.timeoutMs ?? 0);
  };

  return {
    async start(given) {
      request = given;
      discard ||= leavesTraces(given.sql);
      busy = true;
      try {
        await limitTime(connection, state, given);
        // A transaction of its own rather than a setting, which the statement could change.
        if (settings.readOnly) await run(connection, "START TRANSACTION READ ONLY");
        const command = await begin(connection, settings.name, given);
        return watched(createMysqlStatement(command, connection), fail, () => (busy = false));
      } catch (error) {
        throw fail(error);
      }
    },
    async release() {
      try {
        if (settings.readOnly && !discard) await run(connection, "ROLLBACK");
      } catch {
        discard = true;
      }
      connection.removeListener("error", onError);
      if (discard) return connection.destroy();
      // An idle connection must not keep the process alive (R32).
      connection.stream.unref();
      connection.release();
    },
    async cancel() {
      if (busy) await killQuery(options, connection.threadId, settings.options.connectTimeoutMs);
      connection.destroy();
      connection.stream.destroy();
    },
  };
}

/** Holds the server to the time-out, where it isn't already. A stream's own is the client's: the server would count the script's time too. */
async function limitTime(
  connection: Connection,
  state: SessionState,
  request: StatementRequest,
): Promise<void> {
  const timeoutMs = request.streaming ? 0 : request.timeoutMs;
  if (state.timeoutMs === timeoutMs) return;
  await run(
    connection,
    state.mariadb
      ? `SET SESSION max_statement_time = ${timeoutMs / 1000}`
      : `SET SESSION max_execution_time = ${timeoutMs}`,
  );
  state.timeoutMs = timeoutMs;
}

/**
 * Prepares and starts the statement. Always prepared, with parameters or without: the text protocol gives FLOAT with
 * six digits only.
 */
async function begin(
  connection: Connection,
  name: string,
  { sql, parameters }: StatementRequest,
): Promise<EventEmitter> {
  const bound = bindMysql(name, parameters);
  try {
    const statement = await new Promise<Prepared>((resolve, reject) => {
      connection.prepare(sql, (error, prepared) =>
        error === null ? resolve(prepared as unknown as Prepared) : reject(error),
      );
    });
    // The protocol doesn't tell the server how many follow: a wrong count is read as other parameters' bytes.
    if (statement.parameters.length !== bound.length)
      throw wrongCount(name, statement.parameters.length, bound.length);
    return statement.execute(bound);
  } catch (error) {
    if ((error as { errno?: number }).errno !== NOT_PREPARABLE || bound.length > 0) throw error;
    return connection.query(sql) as unknown as EventEmitter;
  }
}

/** A prepared statement with what mysql2's types leave out. */
interface Prepared {
  readonly parameters: readonly unknown[];
  execute(values: unknown[]): EventEmitter;
}

function wrongCount(name: string, expected: number, given: number): DatabaseFailure {
  return new DatabaseFailure({
    code: "sql_error",
    message: `datasource ${name}: the statement has ${expected} placeholders, but ${given} parameters were given`,
    data: { code: "invalid_argument" },
  });
}

/** Gives the statement's errors their form, and tells when it is over. */
function watched(statement: Statement, fail: (error: unknown) => Error, done: () => void): Statement {
  return {
    get columns() {
      return statement.columns;
    },
    async read() {
      try {
        const batch = await statement.read();
        if (batch === undefined) done();
        return batch;
      } catch (error) {
        throw fail(error);
      }
    },
  };
}
