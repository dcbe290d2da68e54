import { DatabaseFailure } from "../failure.js";
import { timedOut } from "../watch.js";

/** MySQL's max_execution_time, and MariaDB's max_statement_time, which mysql2 gives no code. */
const TIMED_OUT: ReadonlySet<unknown> = new Set([3024, 1969]);
/** Errors of the server that end the connection: shutdown, killed. */
const CONNECTION_LOST: ReadonlySet<unknown> = new Set([1053, 1927, 1152, 1153, 1184]);

interface MysqlError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly fatal?: boolean;
}

/** Makes the failure of what mysql2 threw while a statement ran: the server's error, or the loss of the connection. */
export function mysqlFailure(name: string, error: unknown, timeoutMs: number): DatabaseFailure {
  if (error instanceof DatabaseFailure) return error;
  const { code, errno, sqlState, fatal, message } = error as MysqlError;
  if (TIMED_OUT.has(errno)) return timedOut(name, timeoutMs);
  const lost = fatal === true || sqlState === undefined || CONNECTION_LOST.has(errno);
  return new DatabaseFailure({
    code: lost ? "not_available" : "sql_error",
    message: `datasource ${name}: ${lost ? "the connection was lost while the query ran: " : ""}${message}`,
    data: known({ engine: "mysql", code, errno, sqlState, ...(lost ? { mayHaveRun: true } : {}) }),
    cause: error,
  });
}

/** Makes the failure of a connection that could not be made. */
export function mysqlUnavailable(name: string, error: unknown): DatabaseFailure {
  const { code, errno, message } = error as MysqlError;
  const text =
    error instanceof AggregateError && message === "" ? error.errors.map(String).join("; ") : message;
  const advice = code === "HANDSHAKE_NO_SSL_SUPPORT" ? '; say tls: "off" if plain text is meant' : "";
  return new DatabaseFailure({
    code: "not_available",
    message: `datasource ${name}: can't connect: ${text}${advice}`,
    data: known({ engine: "mysql", code, errno }),
    cause: error,
  });
}

function known(data: { readonly [member: string]: unknown }): object {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}
