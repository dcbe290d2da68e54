import type { Datasource } from "@sandpipe/spec/v1";
import { SandpipeError } from "../errors.js";
import { createDatasourceClient, type DatasourceClient } from "./client.js";
import type { Engine } from "./engine.js";
import { connectSettings, type ConnectSettings } from "./settings.js";

/** The datasources of a session that are servers; DuckDB is the sandbox's own. */
export interface Datasources {
  /**
   * The client of one: the same object for the same name. Nothing connects before its first query.
   *
   * @throws SandpipeError `not_available` for a name that the session doesn't have, or a descriptor that is wrong.
   */
  get(name: string): DatasourceClient;
  /** Stops what still runs, on the servers too, and closes every connection; queries of later are `cancelled`. */
  close(): Promise<void>;
}

/** Creates the datasources of a session; its descriptors come with the answer to `session.open`. */
export function createDatasources(descriptors: () => readonly Datasource[]): Datasources {
  const ending = new AbortController();
  const clients = new Map<string, DatasourceClient>();
  const engines: Engine[] = [];
  const underway = new Set<Promise<void>>();

  const track = (work: Promise<void>): void => {
    const tracked = work.catch(() => undefined).finally(() => underway.delete(tracked));
    underway.add(tracked);
  };
  const open = (name: string): DatasourceClient => {
    const descriptor = descriptors().find((candidate) => candidate.name === name);
    if (descriptor === undefined) throw unknown(name, descriptors());
    const settings = connectSettings(descriptor);
    const engine = lazyEngine(settings);
    engines.push(engine);
    return createDatasourceClient({ settings, engine, signal: ending.signal, track });
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
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

/** A driver is loaded at the first query: a script that uses none starts without. */
function lazyEngine(settings: ConnectSettings): Engine {
  let engine: Promise<Engine> | undefined;
  const load = async (): Promise<Engine> => {
    if (settings.kind === "postgres")
      return (await import("./postgres/engine.js")).createPostgresEngine(settings);
    return (await import("./mysql/engine.js")).createMysqlEngine(settings);
  };
  return {
    async lease() {
      engine ??= load();
      return (await engine).lease();
    },
    async close() {
      await (await engine)?.close();
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
