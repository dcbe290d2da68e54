import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Datasource } from "@sandpipe/spec/v1";
import { KitFault } from "../target/target.js";
import { openFileAskingServer } from "./file-asking-server.js";
import type { DatabaseServer, ServerKind } from "./server.js";
import { openWay, type Manner, type Way } from "./way.js";

/** How the servers' own clients name it in a url. */
const TLS_PARAMETER = { postgres: "sslmode", mysql: "ssl-mode" } as const;

/** A datasource of a session as a plan names it. */
export interface PlannedSource {
  readonly name: string;
  readonly kind: ServerKind;
  readonly manner: Manner;
  /** Absent is what the specification makes of it. */
  readonly tls?: NonNullable<Datasource["tls"]>;
  /** A word for TLS in the url, in the way of the server's own clients. */
  readonly parameter?: string;
  /** Default true. */
  readonly readOnly?: boolean;
}

/** The datasources of one session, opened. */
export interface SessionWays {
  readonly descriptors: readonly Datasource[];
  /** What was sent by this datasource, one entry a connection. */
  sent(name: string): readonly Buffer[];
  /** Breaks the connections of this datasource. */
  cut(name: string): void;
  /** What stands in the file that a misbehaving server asks for. */
  readonly secret: string;
  close(): Promise<void>;
}

/** Opens what the datasources of a plan stand on; `folder` is the session's own. */
export async function openSessionWays(
  sources: readonly PlannedSource[],
  servers: ReadonlyMap<ServerKind, DatabaseServer>,
  folder: string,
): Promise<SessionWays> {
  const secret = `secret-${folder}`;
  const ways = new Map<string, Way>();
  const open = async ({ kind, manner }: PlannedSource): Promise<Way> => {
    if (manner === "asks-for-file") {
      const path = join(folder, "secret.txt");
      await writeFile(path, secret);
      return openFileAskingServer(path);
    }
    const server = servers.get(kind);
    if (server === undefined) throw new KitFault(`a plan wants a server of kind ${kind}, and there is none`);
    return openWay(server, manner);
  };
  const descriptors: Datasource[] = [];
  for (const source of sources) {
    const way = await open(source);
    ways.set(source.name, way);
    descriptors.push(describe(source, way));
  }
  return {
    descriptors,
    secret,
    cut: (name) => ways.get(name)?.cut(),
    sent: (name) => ways.get(name)?.sent() ?? [],
    close: async () => void (await Promise.all([...ways.values()].map((way) => way.close()))),
  };
}

function describe(
  { name, kind, tls, parameter, readOnly = true }: PlannedSource,
  { address, login }: Way,
): Datasource {
  const { user, password, database } = login;
  const word = parameter === undefined ? "" : `?${TLS_PARAMETER[kind]}=${parameter}`;
  return {
    ...{ name, kind, readOnly, user, database },
    url: `${kind}://${address.host}:${address.port}/${encodeURIComponent(database)}${word}`,
    ...(password === "" ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}
