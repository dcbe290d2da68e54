import type { Datasource } from "@sandpipe/spec/v1";
import { SandpipeError } from "../errors.js";
import { createDatasourceClient, type DatasourceClient } from "./client.js";
import type { Engine } from "./engine.js";
import type { QueryRunner } from "./query-runner.js";

/** The datasources of a session. */
export interface Datasources {
  /**
   * The client of one: the same object for the same name. Nothing is loaded or connects before its first query, which
   * also says what is wrong with the descriptor.
   *
   * @throws SandpipeError `not_available` for a name that the session doesn't have.
   */
  get(name: string): DatasourceClient;
  /** Stops what still runs, on the servers too, and closes every connection; queries of later are `cancelled`. */
  close(): Promise<void>;
}

/** What a database file of kind duckdb is opened with; asked at its first query. */
export interface DuckdbPlace {
  /** Where it may spill to. */
  readonly home: () => string;
  readonly memoryBytes: () => number;
}

/** Creates the datasources of a session; its descriptors come with the answer to `session.open`. */
export function createDatasources(descriptors: () => readonly Datasource[], place: DuckdbPlace): Datasources {
  const ending = new AbortController();
  const clients = new Map<string, DatasourceClient>();
  const engines: Engine[] = [];
  const underway = new Set<Promise<void>>();

  const track = (work: Promise<void>): void => {
    const tracked = work.catch(() => undefined).finally(() => underway.delete(tracked));
    underway.add(tracked);
  };
  const loadRunner = async (descriptor: Datasource): Promise<QueryRunner> => {
    const { connectSettings, fileSettings } = await import("./settings.js");
    const { createQueryRunner } = await import("./query-runner.js");
    if (descriptor.kind === "duckdb") {
      const settings = fileSettings(descriptor);
      const { createDuckdbEngine } = await import("./duckdb/engine.js");
      const engine = createDuckdbEngine({
        ...settings,
        home: place.home(),
        memoryBytes: place.memoryBytes(),
      });
      engines.push(engine);
      return createQueryRunner({ settings, engine, signal: ending.signal, track });
    }
    const settings = connectSettings(descriptor);
    const engine =
      settings.kind === "postgres"
        ? (await import("./postgres/engine.js")).createPostgresEngine(settings)
        : (await import("./mysql/engine.js")).createMysqlEngine(settings);
    engines.push(engine);
    return createQueryRunner({ settings, engine, signal: ending.signal, track });
  };
  const open = (name: string): DatasourceClient => {
    const descriptor = descriptors().find((candidate) => candidate.name === name);
    if (descriptor === undefined) throw unknown(name, descriptors());
    const { kind } = descriptor;
    let runner: Promise<QueryRunner> | undefined;
    return createDatasourceClient({ name, kind, load: () => (runner ??= loadRunner(descriptor)) });
  };

  return {
    get(name) {
      const client = clients.get(name) ?? open(name);
      clients.set(name, client);
      return client;
    },
    async close() {
      ending.abort(new Error("the session ended"));
      while (underway.size > 0) await Promise.all(underway);
      await Promise.all(engines.splice(0).map((engine) => engine.close()));
    },
  };
}

function unknown(name: string, descriptors: readonly Datasource[]): SandpipeError {
  const names = descriptors.map((descriptor) => descriptor.name);
  return new SandpipeError({
    code: "not_available",
    message: `no datasource ${JSON.stringify(name)}: the host named ${names.length === 0 ? "none" : names.join(", ")}`,
    data: { datasources: names },
  });
}
