import type { Deviations } from "./deviations.js";
import { openDuckdb, type Queries } from "./duckdb.js";
import { SandboxError } from "./sandbox-error.js";
import type { CallOptions, Session } from "./session.js";

/** What the script gets. */
export interface Context {
  call(method: string, params?: unknown, options?: CallOptions): Promise<unknown>;
  emit(name: string, data: unknown, options?: { readonly id?: string }): void;
  progress(progress: { readonly fraction?: number; readonly message?: string }): void;
  readonly duckdb?: Queries;
}

/** Creates the context over a session. */
export function createContext(
  session: Session,
  sizeOf: (frame: Readonly<Record<string, unknown>>) => number,
  deviations: Deviations,
): Context {
  const duckdb = openDuckdb(() => {
    if (deviations.has("query-as-call")) session.notify("session.progress", { message: "a query runs" });
  });
  return {
    call: (method, params, options) => session.call(method, params, options),
    emit(name, data, options = {}) {
      const params = { name, data, ...options };
      const most = session.limits.maxFrameBytes;
      if (sizeOf({ method: "session.emit", params }) > most && !deviations.has("large-emit-sent")) {
        const message = `the emit is larger than a frame of ${most} bytes: emit less, or a file`;
        throw new SandboxError("limit_exceeded", message, { kind: "limit_exceeded" });
      }
      session.notify("session.emit", params);
    },
    progress: (progress) => session.notify("session.progress", progress),
    ...(duckdb === undefined ? {} : { duckdb }),
  };
}
