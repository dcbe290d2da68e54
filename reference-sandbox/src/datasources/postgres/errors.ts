import { DatabaseError } from "pg";
import { DatabaseFailure } from "../failure.js";
import { timedOut } from "../watch.js";

const QUERY_CANCELED = "57014";
/** Classes of SQLSTATE that say the connection is gone; 08P01 is a wrong number of parameters. */
const CONNECTION_LOST = /^(08(?!P01)|57P0)/;

/** Makes the failure of what pg threw while a statement ran: the server's error, or the loss of the connection. */
export function postgresFailure(name: string, error: unknown, timeoutMs: number): DatabaseFailure {
  if (!(error instanceof DatabaseError) || CONNECTION_LOST.test(error.code ?? "")) return lost(name, error);
  if (error.code === QUERY_CANCELED && error.message.includes("statement timeout"))
    return timedOut(name, timeoutMs);
  const { code, detail, hint, position, schema, table, column, constraint } = error;
  const data = { engine: "postgres", code, detail, hint, position, schema, table, column, constraint };
  return new DatabaseFailure({
    code: "sql_error",
    message: `datasource ${name}: ${error.message}${hint === undefined ? "" : ` (${hint})`}`,
    data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)),
    cause: error,
  });
}

/** Makes the failure of a connection that could not be made. */
export function postgresUnavailable(name: string, error: unknown): DatabaseFailure {
  const message = textOf(error);
  const advice = /does not support SSL/.test(message) ? '; say tls: "off" if plain text is meant' : "";
  return new DatabaseFailure({
    code: "not_available",
    message: `datasource ${name}: can't connect: ${message}${advice}`,
    data: { engine: "postgres", ...codeOf(error) },
    cause: error,
  });
}

function lost(name: string, error: unknown): DatabaseFailure {
  return new DatabaseFailure({
    code: "not_available",
    message: `datasource ${name}: the connection was lost while the query ran: ${textOf(error)}`,
    data: { engine: "postgres", ...codeOf(error), mayHaveRun: true },
    cause: error,
  });
}

function codeOf(error: unknown): { code?: string } {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? { code } : {};
}

/** Happy Eyeballs gives an AggregateError without a message. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(textOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
