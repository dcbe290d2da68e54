import type { Datasource } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import { SandboxError } from "./sandbox-error.js";
import { readDescriptor } from "./sql/descriptor.js";
import { openDuckdb } from "./sql/duckdb.js";
import { openMysql } from "./sql/mysql.js";
import { openPostgres } from "./sql/postgres.js";
import type { Queries } from "./sql/queries.js";
import { tooDeep, type CallOptions, type Session } from "./session.js";

/** What the script gets. */
export interface Context {
  call(method: string, params?: unknown, options?: CallOptions): Promise<unknown>;
  emit(name: string, data: unknown, options?: { readonly id?: string }): void;
  progress(progress: { readonly fraction?: number; readonly message?: string }): void;
  readonly duckdb?: Queries;
  datasource(name: string): Queries;
}

/** Creates the context over a session. */
export function createContext(
  session: Session,
  measure: {
    sizeOf(frame: Readonly<Record<string, unknown>>): number;
    depthOf(frame: Readonly<Record<string, unknown>>): number;
  },
  datasources: () => readonly Datasource[],
  deviations: Deviations,
): Context {
  const duckdb = openDuckdb(() => {
    if (deviations.has("query-as-call")) session.notify("session.progress", { message: "a query runs" });
  }, deviations);
  const opened = new Map<string, Queries>();
  return {
    call: (method, params, options) => session.call(method, params, options),
    emit(name, data, options = {}) {
      const params = { name, data, ...options };
      const most = session.limits.maxFrameBytes;
      if (measure.sizeOf({ method: "session.emit", params }) > most && !deviations.has("large-emit-sent")) {
        const message = `the emit is larger than a frame of ${most} bytes: emit less, or a file`;
        throw new SandboxError("limit_exceeded", message, { kind: "limit_exceeded" });
      }
      const { maxDepth } = session.limits;
      if (measure.depthOf({ method: "session.emit", params }) > maxDepth && !deviations.has("deep-emit-sent"))
        throw tooDeep(maxDepth);
      session.notify("session.emit", params);
    },
    progress: (progress) => session.notify("session.progress", progress),
    datasource(name) {
      const source = datasources().find((one) => one.name === name);
      if (source === undefined) throw new SandboxError("not_available", `there is no datasource ${name}`);
      const open = source.kind === "mysql" ? openMysql : openPostgres;
      const queries = opened.get(name) ?? open(readDescriptor(source, deviations), deviations);
      opened.set(name, queries);
      return queries;
    },
    ...(duckdb === undefined ? {} : { duckdb }),
  };
}
