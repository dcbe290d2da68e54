import Database from "libsql";
import { StoreError } from "../store-error.js";

/** What may be bound. Never a boolean: libsql 0.5 aborts the whole process on one. */
export type SqlValue = string | number | Uint8Array | null;

/** A SQL connection with prepared statements, whose faults are all {@link StoreError}. */
export interface Connection {
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SqlValue[]): Row[];
  run(sql: string, ...values: SqlValue[]): { readonly lastId: number };
  /** Several statements without values. */
  execute(sql: string): void;
  /** All of the work, or, when it throws, nothing of it. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** How long a statement waits for another process's lock, in milliseconds. */
const LOCK_WAIT_MS = 5_000;

/** Opens the database file, or a private one in memory for `:memory:`. */
export function connect(location: string): Connection {
  const database = attempt(location, () => new Database(location, { timeout: LOCK_WAIT_MS }));
  const statements = new Map<string, ReturnType<typeof database.prepare>>();
  let open = true;
  // Kept here: libsql's own `inTransaction` aborts the process once the database is closed.
  let inside = false;

  function use<T>(work: () => T): T {
    if (!open) throw new StoreError("store_unavailable", `The store ${location} is closed; open it again.`);
    return attempt(location, work);
  }
  function prepare(sql: string): ReturnType<typeof database.prepare> {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  function rollBack(): void {
    try {
      database.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself already, as it does when the disk is full.
    }
  }

  // Values go in as one array: libsql takes a single object (a Buffer, say) for named parameters and aborts.
  return {
    get: <Row>(sql: string, ...values: SqlValue[]) => use(() => prepare(sql).get(values)) as Row | undefined,
    all: <Row>(sql: string, ...values: SqlValue[]) => use(() => prepare(sql).all(values)) as Row[],
    run: (sql, ...values) => ({ lastId: Number(use(() => prepare(sql).run(values)).lastInsertRowid) }),
    execute(sql) {
      use(() => database.exec(sql));
    },
    transaction(work) {
      if (inside) return work();
      use(() => database.exec("BEGIN IMMEDIATE"));
      inside = true;
      try {
        const value = work();
        use(() => database.exec("COMMIT"));
        return value;
      } catch (error) {
        rollBack();
        throw error;
      } finally {
        inside = false;
      }
    },
    close() {
      if (!open) return;
      open = false;
      statements.clear();
      try {
        // Statements live until they are collected and keep SQLite from doing this itself at the end.
        database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get([]);
      } catch {
        // Another process is using the file: it, or whoever opens it next, does it.
      }
      database.close();
    },
  };
}

function attempt<T>(location: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof StoreError ? error : explain(location, error);
  }
}

function explain(location: string, error: unknown): StoreError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^SQLITE_(NOTADB|CORRUPT|FORMAT)/.test(code)) {
    return new StoreError(
      "store_damaged",
      `The store ${location} is damaged or no database. Move it away (with its -wal and -shm beside it) and ` +
        `restore it from a backup, or start with a new one.`,
      error,
    );
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new StoreError(
      "store_locked",
      `Another process has held the store ${location} for more than ${LOCK_WAIT_MS / 1000} s. Wait for it to end, ` +
        `or give this one a store of its own.`,
      error,
    );
  }
  if (/^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE)/.test(code)) {
    return new StoreError(
      "store_duplicate",
      `The store ${location} holds an entry with this id already.`,
      error,
    );
  }
  if (code.startsWith("SQLITE_FULL")) {
    return new StoreError(
      "store_full",
      `The disk that holds the store ${location} is full. Free room there, or name a store on another disk (--store ` +
        `FILE; without one it lies in the folder that TMPDIR names).`,
      error,
    );
  }
  const text = error instanceof Error ? error.message : String(error);
  return new StoreError(
    "store_unavailable",
    `The store ${location} can't be used: ${text}. Check that its folder exists and can be written, and that the ` +
      `disk has room.`,
    error,
  );
}
