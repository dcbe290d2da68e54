import { openServer, type DatabaseServer, type ServerKind, type ServerUrls } from "./server.js";

/** Connects to each server that is named. Rejects with `UsageError` when one can't be used; none stays open then. */
export async function openServers(urls: ServerUrls): Promise<ReadonlyMap<ServerKind, DatabaseServer>> {
  const opened = new Map<ServerKind, DatabaseServer>();
  try {
    for (const kind of ["postgres", "mysql"] as const) {
      const url = urls[kind];
      if (url !== undefined) opened.set(kind, await openServer(kind, url));
    }
    return opened;
  } catch (error) {
    await Promise.all([...opened.values()].map((server) => server.close()));
    throw error;
  }
}
