import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Datasource } from "@sandpipe/spec/v1";
import { addressDatasource, DatasourceError } from "./datasource-address.js";
import { openRelay } from "./relay.js";
import type { Relay } from "./relay.js";

/** How an isolated script reaches its datasources. */
export interface Reach {
  /** Their entries in the answer of `session.open`. */
  readonly datasources: readonly Datasource[];
  /** Sockets and database files to be mounted. */
  readonly readable: readonly string[];
  close(): Promise<void>;
}

/**
 * Gives every datasource a path that a sandbox without network can reach: its own Unix socket, or a relay of the
 * host's where it is only on TCP.
 * @param own names a new path of the session's folder
 * @throws DatasourceError for an entry that names no server that could be reached
 */
export async function reachDatasources(
  sources: readonly Datasource[],
  own: (name: string) => string,
): Promise<Reach> {
  const datasources: Datasource[] = [];
  const readable: string[] = [];
  const relays: Relay[] = [];
  const close = async (): Promise<void> => void (await Promise.all(relays.map((relay) => relay.close())));
  try {
    for (const source of sources) {
      if (source.kind === "duckdb") {
        readable.push(...filesOf(source));
        datasources.push(source);
        continue;
      }
      const { address, entry } = addressDatasource({ ...source, kind: source.kind });
      let socket: string;
      if ("socket" in address) {
        if (!existsSync(address.socket)) {
          throw new DatasourceError(
            `The datasource ${source.name} has the socket ${address.socket}, which isn't there`,
          );
        }
        socket = realpathSync(address.socket);
      } else {
        socket = own(`db-${relays.length}.sock`);
        relays.push(await openRelay(socket, address));
      }
      readable.push(socket);
      datasources.push({ ...entry, socket });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { datasources, readable, close };
}

/** The file, and what was written to it but not yet into it: without that the script would see older rows. */
function filesOf({ name, url = "" }: Datasource): string[] {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  if (!existsSync(path))
    throw new DatasourceError(`The datasource ${name} names the file ${path}, which isn't there`);
  return [path, `${path}.wal`].filter((file) => existsSync(file));
}
