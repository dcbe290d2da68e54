import pg from "pg";
import { StoreError } from "../store-error.js";
import { explainFault, isConnectionLoss } from "./fault.js";

/** What may be bound. */
export type SqlValue = string | number | Uint8Array | null;

/** Runs one statement with bound values. */
export type Query = <Row extends object>(sql: string, values?: readonly SqlValue[]) => Promise<Row[]>;

/** A server's database behind a pool of connections, whose faults are all {@link StoreError}. */
export interface Database {
  /** One statement. */
  readonly query: Query;
  /** One statement that does no harm when it runs twice: it is sent again when the connection was lost. */
  readonly repeat: Query;
  /** All of the work, or, when it throws, nothing of it. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /**
   * The same, once more when the connection was lost, also while the end of the transaction was on its way: `again`
   * tells the work to look whether it has happened already.
   */
  transactionOnce<T>(work: (query: Query, again: boolean) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How the pool behaves. */
export interface DatabaseOptions {
  /** Connections at most; default 10. */
  readonly connections?: number;
  /** Milliseconds that one statement may take; default 30,000. */
  readonly statementTimeoutMs?: number;
  /** Milliseconds until a connection must be there; default 5,000. */
  readonly connectTimeoutMs?: number;
}

const INT8_OID = 20;

/** Opens a pool; the first connection is made by the first statement. */
export function createDatabase(url: string, location: string, options: DatabaseOptions = {}): Database {
  const { connections = 10, statementTimeoutMs = 30_000, connectTimeoutMs = 5_000 } = options;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "sandpipe-host",
    max: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // The client's own deadline is for a server that is gone without a word: it comes after the server's.
    query_timeout: statementTimeoutMs + 1_000,
    idle_in_transaction_session_timeout: statementTimeoutMs * 2,
    keepAlive: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  // An idle connection that dies leaves the pool by itself; unheard, the event would end the process.
  pool.on("error", ignore);
  let open = true;

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    if (!open) throw new StoreError("store_unavailable", `The store ${location} is closed; open it again.`);
    try {
      return await work();
    } catch (error) {
      throw explainFault(location, error);
    }
  }

  async function transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    client.on("error", ignore);
    let lost = false;
    try {
      await client.query("BEGIN");
      const value = await work(async (sql, values = []) => (await client.query(sql, bound(values))).rows);
      await client.query("COMMIT");
      return value;
    } catch (error) {
      // Only a server that answered can be asked to roll back; the other connections are thrown away.
      lost = isConnectionLoss(error) || (await client.query("ROLLBACK").then(isNo, isYes));
      throw error;
    } finally {
      client.off("error", ignore);
      client.release(lost);
    }
  }

  const query: Query = (sql, values = []) =>
    attempt(async () => (await pool.query(sql, bound(values))).rows as never);

  return {
    query,
    repeat: (sql, values) =>
      query(sql, values).catch((error) => again(error, () => query(sql, values))) as never,
    transaction: (work) => attempt(() => transaction(work)),
    transactionOnce: (work) =>
      attempt(() => transaction((run) => work(run, false))).catch((error) =>
        again(error, () => attempt(() => transaction((run) => work(run, true)))),
      ),
    async close() {
      if (!open) return;
      open = false;
      await pool.end();
    },
  };
}

/** @throws the error itself unless it was a lost connection */
function again<T>(error: unknown, work: () => Promise<T>): Promise<T> {
  if (!isConnectionLoss(error)) throw error;
  return work();
}

/** The library binds a Buffer as bytes, but another array of bytes only since lately. */
function bound(values: readonly SqlValue[]): unknown[] {
  return values.map((value) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
  );
}

function parserOf(oid: number, format?: "text" | "binary"): unknown {
  // All of the store's numbers are safe integers.
  return oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format as "text");
}

function ignore(): void {}

function isYes(): boolean {
  return true;
}

function isNo(): boolean {
  return false;
}
