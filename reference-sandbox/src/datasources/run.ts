import { uniqueNames, type Column } from "../values/index.js";
import type { Engine, Lease, Statement, StatementRequest } from "./engine.js";
import { createWatch } from "./watch.js";

/** Rows as an engine gives them: values in the order of the columns. */
export type Batch = readonly (readonly unknown[])[];

/** One statement from its start to its end, on a connection that is given back or given up exactly once. */
export interface Run {
  /** Known once the first `read` has settled; names are unique. */
  readonly columns: readonly Column[];
  /** Undefined after the last batch. After a failure or `stop` it gives nothing more. */
  read(): Promise<Batch | undefined>;
  /** Stops the statement on the server if it isn't at its end. */
  stop(): void;
}

/** What a run needs. */
export interface RunParts {
  readonly what: string;
  readonly engine: Engine;
  readonly request: StatementRequest;
  readonly signals: readonly AbortSignal[];
  /** Takes the work of giving a connection back or up, which the session's end waits for. */
  readonly track: (work: Promise<void>) => void;
}

/** Creates a run; nothing is sent before the first `read`. */
export function createRun({ what, engine, request, signals, track }: RunParts): Run {
  let lease: Lease | undefined;
  let statement: Statement | undefined;
  let columns: readonly Column[] | undefined;
  let ended = false;

  const end = (how: "release" | "cancel"): void => {
    if (ended) return;
    ended = true;
    watch.stop();
    if (lease !== undefined) track(lease[how]());
  };
  const watch = createWatch({
    what,
    signals,
    timeoutMs: request.timeoutMs,
    perWait: request.streaming,
    onBroken: () => end("cancel"),
  });

  const begin = async (): Promise<Statement> => {
    // Nobody connects for a query that was given up before.
    await watch.race(Promise.resolve());
    const leasing = engine.lease();
    try {
      lease = await watch.race(leasing);
    } catch (error) {
      // A connection that comes after we gave up goes back unused.
      track(
        leasing.then(
          (late) => late.release(),
          () => undefined,
        ),
      );
      throw error;
    }
    return watch.race(lease.start(request));
  };

  return {
    get columns() {
      columns ??= named(statement?.columns ?? []);
      return columns;
    },
    async read() {
      if (ended) return undefined;
      try {
        statement ??= await begin();
        const batch = await watch.race(statement.read());
        if (batch === undefined) end("release");
        return batch;
      } catch (error) {
        end("release");
        throw error;
      }
    },
    stop: () => end("cancel"),
  };
}

function named(columns: readonly Column[]): readonly Column[] {
  const names = uniqueNames(columns.map((column) => column.name));
  return columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}
