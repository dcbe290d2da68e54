import type { Deviations } from "../deviations.js";
import { SandboxError } from "../sandbox-error.js";

/** Queries of a script on one engine. */
export interface Queries {
  query(sql: string, params?: readonly unknown[], options?: QueryOptions): Promise<unknown>;
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** One query under way, on a connection of its own. */
export interface Running {
  readonly rows: Promise<readonly Row[]>;
  /** Ends it where it runs. */
  stop(): Promise<unknown>;
  /** Gives the connection up. */
  close(): Promise<unknown> | void;
}

/** Values of one row with the names of their columns, in their order. */
export type Row = readonly (readonly [name: string, value: unknown])[];

/** Makes an engine's queries of the way in which it starts one; none shares a connection, so that a stop hits no other. */
export function createQueries(
  start: (sql: string, params: readonly unknown[]) => Promise<Running>,
  deviations: Deviations,
): Queries {
  let stopsNext = false;
  let lost = false;
  const onFailure = (error: unknown): Promise<never> => {
    if (!isLoss(error)) throw error;
    if (deviations.has("lost-query-hangs")) return new Promise(() => undefined);
    if (deviations.has("lost-query-ends-process")) process.exit(0);
    lost = deviations.has("lost-for-ever");
    throw error;
  };
  return {
    async query(sql, params = [], { signal, timeoutMs } = {}) {
      const pasted = deviations.has("parameters-pasted") ? paste(sql, params) : undefined;
      if (lost) throw new SandboxError("sql_error", "the connection was lost");
      const started = await start(pasted ?? sql, pasted === undefined ? params : []);
      const running = { ...started, rows: started.rows.catch(onFailure) };
      // What is abandoned fails unheard.
      running.rows.catch(() => undefined);
      if (stopsNext) {
        stopsNext = false;
        await running.close();
        throw new SandboxError("cancelled", "what was meant for the query before has hit this one");
      }
      const given = await givenUp(running.rows, signal, timeoutMs);
      if (given !== undefined) {
        stopsNext = deviations.has("stop-hits-next");
        if (!deviations.has("timeout-local")) await running.stop().catch(() => undefined);
        void Promise.resolve(running.close()).catch(() => undefined);
        throw given;
      }
      try {
        return (await running.rows).map((row) => toObject(row, deviations));
      } finally {
        await running.close();
      }
    },
  };
}

/** Whether a driver's error says that its connection is gone: what a server says has a code of its own. */
function isLoss(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string };
  return (
    code === "PROTOCOL_CONNECTION_LOST" || code === "ECONNRESET" || /terminated unexpectedly/.test(message)
  );
}

/** The error of a query that was given up; undefined when it has ended. */
function givenUp(
  rows: Promise<unknown>,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
): Promise<SandboxError | undefined> {
  return new Promise((resolve) => {
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => resolve(new SandboxError("timeout", `no result in ${timeoutMs} ms`)), timeoutMs);
    signal?.addEventListener("abort", () => resolve(new SandboxError("cancelled", "the query was aborted")));
    const end = (): void => {
      clearTimeout(timer);
      resolve(undefined);
    };
    rows.then(end, end);
  });
}

/** Columns of one name are renamed, `a` and `a_1` (`data:query:columns-kept`). */
function toObject(row: Row, deviations: Deviations): Record<string, unknown> {
  const taken = new Set(row.map(([name]) => name));
  const used = new Set<string>();
  const entries = row.map(([name, value]) => {
    let unique = name;
    for (let n = 1; used.has(unique) && !deviations.has("columns-dropped"); n++)
      if (!taken.has(`${name}_${n}`) && !used.has(`${name}_${n}`)) unique = `${name}_${n}`;
    used.add(unique);
    return [unique, value] as const;
  });
  return Object.fromEntries(entries);
}

function paste(sql: string, params: readonly unknown[]): string {
  let at = 0;
  return sql.replaceAll(
    /\$(\d+)|\?/g,
    (_, n?: string) => `'${String(params[n === undefined ? at++ : Number(n) - 1])}'`,
  );
}
