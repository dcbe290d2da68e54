import type { DuckDBConnection } from "@duckdb/node-api";
import { SandpipeError, type Failure } from "../errors.js";

/** How one query is stopped. */
export interface DuckdbOptions {
  /** Aborting it interrupts the query, which rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until it is interrupted and rejects with `timeout`; of a stream: for each batch. Default: none. */
  readonly timeoutMs?: number | undefined;
}

/** An interrupt that comes before its query has begun hits nothing: it is said again until the query has ended. */
const AGAIN_MS = 20;

/** Runs work on a connection; when it is to stop, the engine stops too, and the connection's next query isn't touched. */
export async function stoppable<T>(
  connection: Pick<DuckDBConnection, "interrupt">,
  { signal, timeoutMs }: DuckdbOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (signal?.aborted === true) throw new SandpipeError(cancelled(signal));
  let why: Failure | undefined;
  let again: ReturnType<typeof setInterval> | undefined;
  const stop = (failure: Failure): void => {
    why ??= failure;
    connection.interrupt();
    again ??= setInterval(() => connection.interrupt(), AGAIN_MS);
  };
  const onAbort = (): void => stop(cancelled(signal));
  signal?.addEventListener("abort", onAbort);
  const timer = timeoutMs ? setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs) : undefined;
  try {
    return await work();
  } catch (error) {
    throw why === undefined ? error : new SandpipeError({ ...why, cause: error });
  } finally {
    signal?.removeEventListener("abort", onAbort);
    clearTimeout(timer);
    clearInterval(again);
  }
}

function cancelled(signal: AbortSignal | undefined): Failure {
  return { code: "cancelled", message: "the query was cancelled by the script", cause: signal?.reason };
}

function timedOut(timeoutMs: number): Failure {
  const message = `the query took more than ${timeoutMs} ms and was stopped: pass a longer timeoutMs, or 0 for none`;
  return { code: "timeout", message, data: { timeoutMs } };
}
