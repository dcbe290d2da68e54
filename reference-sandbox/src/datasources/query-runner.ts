import { rowBuilder, type Row } from "../values/index.js";
import type { QueryOptions } from "./client.js";
import type { Engine } from "./engine.js";
import { DatabaseFailure } from "./failure.js";
import { bindParameters } from "./parameters.js";
import { createRun, type Run } from "./run.js";
import type { ConnectSettings } from "./settings.js";
import { sizeOf } from "./size.js";

/** One query as a script asked for it. */
export interface Call extends QueryOptions {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly streaming: boolean;
}

/** Runs the queries of one datasource. */
export interface QueryRunner {
  /** All rows of one query, up to the datasource's caps. */
  collect(call: Call): Promise<Row[]>;
  /** One query, of which nothing is sent yet. */
  begin(call: Call): Run;
}

/** What a runner needs. */
export interface QueryRunnerParts {
  readonly settings: Pick<ConnectSettings, "name" | "options">;
  readonly engine: Engine;
  /** Aborted at the session's end. */
  readonly signal: AbortSignal;
  /** Takes work that the session's end waits for. */
  readonly track: (work: Promise<void>) => void;
}

/** Creates the runner of one datasource's queries. */
export function createQueryRunner(parts: QueryRunnerParts): QueryRunner {
  const { name, options } = parts.settings;
  const begin = (call: Call): Run => startRun(parts, call);
  return { begin, collect: async (call) => collect(begin(call), name, options) };
}

function startRun({ settings, engine, signal, track }: QueryRunnerParts, call: Call): Run {
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
  run: Run,
  name: string,
  { maxRows, maxBytes }: { readonly maxRows: number; readonly maxBytes: number },
): Promise<Row[]> {
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
