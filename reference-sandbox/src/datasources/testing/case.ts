import { setTimeout as pause } from "node:timers/promises";
import type { Datasource } from "@sandpipe/spec/v1";
import { SandpipeError } from "../../errors.js";
import { createDatasources, type DatasourceClient } from "../index.js";
import type { Servers } from "./servers.js";

/** What a case needs to know, as JSON: it runs in a process of its own. */
export type Place = Omit<Servers, "stop" | "postgres" | "mysql" | "postgresTls" | "mysqlTls"> & {
  readonly [server in "postgres" | "mysql" | "postgresTls" | "mysqlTls"]: {
    readonly url: string;
    readonly socket: string;
    readonly port: number;
  };
};

/** One promise of the datasources: what is done, and the JSON that comes of it in every runtime and time zone. */
export interface Case {
  readonly name: string;
  readonly expected: unknown;
  run(place: Place): Promise<unknown>;
}

/** These cases have servers only. */
export const noDuckdb = { home: () => ".", memoryBytes: () => 0 };

/** Gives clients of these descriptors to `use`, and closes them. */
export async function withSources<T>(
  descriptors: readonly (Partial<Datasource> & Pick<Datasource, "name" | "kind">)[],
  use: (get: (name: string) => DatasourceClient) => Promise<T>,
): Promise<T> {
  const sources = createDatasources(
    () => descriptors.map((descriptor) => ({ readOnly: true, ...descriptor }) as Datasource),
    noDuckdb,
  );
  try {
    return await use((name) => sources.get(name));
  } finally {
    await sources.close();
  }
}

/** A source in plain text: what most cases use. */
export function plain(name: string, url: string, more: Partial<Datasource> = {}): Datasource {
  const kind = url.startsWith("postgres") ? "postgres" : "mysql";
  return { name, kind, url, tls: "off", readOnly: true, ...more };
}

/** What became of work, as JSON: the value, or the error's code with the server's own. */
export async function outcome(work: () => unknown): Promise<unknown> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof SandpipeError)) return { thrown: String(error) };
    const { code, errno } = (error.data ?? {}) as { code?: string; errno?: number };
    return {
      error: error.code,
      ...(code === undefined ? {} : { code }),
      ...(errno === undefined ? {} : { errno }),
    };
  }
}

/** Asks until it is so; false after a generous deadline. */
export async function until(holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if (await holds()) return true;
    await pause(20);
  }
  return false;
}

/** Whether the server runs a statement with this text in it, seen from another connection. */
export async function runs(observer: DatasourceClient, marker: string): Promise<boolean> {
  const rows =
    observer.kind === "postgres"
      ? await observer.query(
          "select pid from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and query like $1",
          [`%${marker}%`],
        )
      : await observer.query(
          "select id from information_schema.processlist where command <> 'Sleep' and id <> connection_id() and info like ?",
          [`%${marker}%`],
        );
  return rows.length > 0;
}
