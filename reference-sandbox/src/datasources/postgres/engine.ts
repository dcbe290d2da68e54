import { Pool, type PoolClient } from "pg";
import Cursor from "pg-cursor";
import { sizeOf } from "../size.js";
import { leavesTraces, type Engine, type Lease, type Statement } from "../engine.js";
import type { ConnectSettings } from "../settings.js";
import { requestCancel, type CancelKey } from "./cancel.js";
import { postgresAddress, type PostgresAddress } from "./connect.js";
import { postgresFailure, postgresUnavailable } from "./errors.js";
import { bindPostgres } from "./parameters.js";
import { loadArrayTypes, SESSION_SETTINGS } from "./session.js";
import { postgresColumn, postgresReader, type ArrayTypes, type PostgresField } from "./types.js";

const FIRST_ROWS = 32;
const MOST_ROWS = 4096;
/** About what one fetch brings into memory. */
const BATCH_BYTES = 256 * 1024;

/** Creates the pool of one PostgreSQL server; nothing connects before the first lease. */
export function createPostgresEngine(settings: ConnectSettings): Engine {
  const address = postgresAddress(settings);
  const { options } = settings;
  const pool = new Pool({
    host: address.host,
    port: address.port,
    stream: () => address.stream(),
    ssl: address.ssl,
    user: settings.user,
    database: settings.database,
    // As a function: with an empty password pg would look for a .pgpass file.
    password: () => settings.password,
    application_name: "sandpipe",
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    allowExitOnIdle: true,
    keepAlive: true,
  });
  // An idle connection that dies is dropped by the pool; the next lease opens another (R65, data:query:lost-connection).
  pool.on("error", () => undefined);
  const ready = new WeakSet<PoolClient>();
  let arrays: Promise<ArrayTypes> | undefined;

  return {
    async lease() {
      let client: PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        throw postgresUnavailable(settings.name, error);
      }
      try {
        if (!ready.has(client)) {
          await client.query(SESSION_SETTINGS);
          ready.add(client);
        }
        arrays ??= loadArrayTypes(client);
        return createLease({ settings, address, client, arrays: await arrays });
      } catch (error) {
        arrays = undefined;
        client.release(true);
        throw postgresUnavailable(settings.name, error);
      }
    },
    close: () => pool.end(),
  };
}

interface LeaseParts {
  readonly settings: ConnectSettings;
  readonly address: PostgresAddress;
  readonly client: PoolClient;
  readonly arrays: ArrayTypes;
}

function createLease({ settings, address, client, arrays }: LeaseParts): Lease {
  let discard = false;
  let busy = false;
  // A connection that dies tells the statement and, by this event, its client: unheard it ends the process.
  const onError = (): void => {
    discard = true;
  };
  client.on("error", onError);
  const giveBack = (destroy: boolean): void => {
    client.removeListener("error", onError);
    client.release(destroy);
  };
  const work = async <T>(timeoutMs: number, promise: Promise<T>): Promise<T> => {
    busy = true;
    try {
      return await promise;
    } catch (error) {
      throw postgresFailure(settings.name, error, timeoutMs);
    } finally {
      busy = false;
    }
  };

  return {
    async start(request) {
      const { timeoutMs } = request;
      discard ||= leavesTraces(request.sql);
      // A suspended portal's time goes on while the script works: a stream's time-out is the client's alone.
      await work(timeoutMs, client.query(prologue(settings.readOnly, request.streaming ? 0 : timeoutMs)));
      const cursor = new Cursor<unknown[]>(request.sql, bindPostgres(request.parameters), {
        rowMode: "array",
        types: { getTypeParser: (oid: number) => postgresReader(oid, arrays) },
      } as ConstructorParameters<typeof Cursor>[2]);
      client.query(cursor);
      return createStatement(cursor, arrays, (promise) => work(timeoutMs, promise));
    },
    async release() {
      try {
        if (settings.readOnly) await client.query("ROLLBACK");
        else if (client.getTransactionStatus() !== "I") discard = true;
      } catch {
        discard = true;
      }
      giveBack(discard);
    },
    async cancel() {
      if (busy)
        await requestCancel(address, client as unknown as CancelKey, settings.options.connectTimeoutMs);
      giveBack(true);
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    },
  };
}

/**
 * What is sent before a statement. Read-only (`data:query:read-only`) by a transaction of its own rather than by a
 * setting: the statement could change a setting, and what it sets is rolled back with the rest.
 */
function prologue(readOnly: boolean, timeoutMs: number): string {
  if (readOnly) return `BEGIN READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}`;
  return `SET statement_timeout = ${timeoutMs}`;
}

function createStatement(
  cursor: Cursor<unknown[]>,
  arrays: ArrayTypes,
  work: <T>(promise: Promise<T>) => Promise<T>,
): Statement {
  let next = FIRST_ROWS;
  let over = false;
  let columns: ReturnType<typeof postgresColumn>[] = [];
  return {
    get columns() {
      return columns;
    },
    async read() {
      if (over) return undefined;
      const { rows, fields } = await work(readCursor(cursor, next));
      columns = fields.map((field) => postgresColumn(field, arrays));
      if (rows.length < next) over = true;
      if (rows.length === 0) return undefined;
      const perRow = rows.reduce((sum, row) => sum + sizeOf(row), 0) / rows.length;
      next = Math.max(1, Math.min(MOST_ROWS, Math.floor(BATCH_BYTES / perRow), next * 4));
      return rows;
    },
  };
}

function readCursor(
  cursor: Cursor<unknown[]>,
  count: number,
): Promise<{ rows: unknown[][]; fields: readonly PostgresField[] }> {
  return new Promise((resolve, reject) => {
    cursor.read(count, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ rows, fields: (result as { fields?: PostgresField[] } | undefined)?.fields ?? [] });
    });
  });
}
