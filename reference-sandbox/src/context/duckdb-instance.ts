import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { messageOf, SandpipeError } from "../errors.js";
import { keepFirstMark } from "./keep-first-mark.js";

/** What an instance may reach and take. */
export interface DuckdbInstanceParts {
  /** The database file, only to be read; without it the database is in memory. */
  readonly file?: string;
  /** The folders whose files statements may read and write. */
  readonly folders: readonly string[];
  /** Where it spills to. */
  readonly spillFolder: string;
  readonly memoryBytes: number;
}

/** An instance that nothing can widen, and its first connection. */
export interface FencedDuckdb {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

/** Starts DuckDB, which is loaded only here (it costs 20 ms and 70 MB), and locks it. */
export async function openFencedDuckdb({
  file,
  folders,
  spillFolder,
  memoryBytes,
}: DuckdbInstanceParts): Promise<FencedDuckdb> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  keepFirstMark();
  const instance = await DuckDBInstance.create(file ?? ":memory:", {
    // Of all that is ever attached, so that a script can't open the file again to write.
    ...(file !== undefined && { access_mode: "READ_ONLY" }),
    // data:duckdb:offline
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    threads: "2",
    max_memory: `${Math.floor(memoryBytes)}B`,
    temp_directory: spillFolder,
    max_temp_directory_size: "4GB",
  });
  const connection = await instance.connect();
  // In this order: the folders can't be named once access is off, and the lock comes last (R59, R58; data:duckdb:confined).
  await connection.run(`SET allowed_directories = [${folders.map(quote).join(", ")}]`);
  await connection.run("SET allowed_configs = ['TimeZone', 'Calendar', 'schema', 'search_path']");
  await connection.run("SET enable_external_access = false");
  await connection.run("SET enable_progress_bar = false");
  await connection.run("SET lock_configuration = true");
  return { instance, connection };
}

/** DuckDB's error as a script sees it. */
export function toSqlError(error: unknown, sql: string): SandpipeError {
  if (error instanceof SandpipeError) return error;
  const message = messageOf(error);
  const kind = /(?:^|: )([A-Z][A-Za-z ]*) Error:/.exec(message)?.[1];
  const data = { engine: "duckdb", ...(kind === undefined ? {} : { kind }), sql: sql.slice(0, 1_000) };
  return new SandpipeError({ code: "sql_error", message, data, cause: error });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
