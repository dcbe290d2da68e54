import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { Bound } from "./guard.js";

/** Where to listen: a port of 127.0.0.1, 0 for any free one, or a Unix socket, by default in a folder of its own. */
export type Address =
  { readonly kind: "tcp"; readonly port?: number } | { readonly kind: "unix"; readonly path?: string };

const LOOPBACK = "127.0.0.1";

/** Listens on loopback (`http:bind:loopback`) or on a Unix socket that only this user can reach (`http:unix:served`). */
export async function bind(
  server: Server,
  address: Address,
): Promise<Bound & { readonly url: string; remove(): void }> {
  if (address.kind === "tcp") {
    await listen(server, { host: LOOPBACK, port: address.port ?? 0 });
    const { port } = server.address() as AddressInfo;
    return { kind: "tcp", port, url: `http://${LOOPBACK}:${port}`, remove: () => undefined };
  }
  const own = address.path === undefined;
  // The folder is private before the socket is there: between bind and chmod anybody could connect.
  const path = address.path ?? join(mkdtempSync(join(tmpdir(), "sandpipe-http-")), "host.sock");
  const remove = (): void => {
    if (own) rmSync(dirname(path), { recursive: true, force: true });
  };
  try {
    if (!isAbsolute(path)) throw new Error(`The socket's path must be absolute, and ${path} is not`);
    const mask = own ? undefined : process.umask(0o177);
    const listening = listen(server, { path });
    // The socket was made before `listen` returned: only its folder could keep others out until chmod.
    if (mask !== undefined) process.umask(mask);
    await listening;
    chmodSync(path, 0o600);
  } catch (error) {
    remove();
    throw error;
  }
  return { kind: "unix", url: `unix:${path}`, remove };
}

function listen(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
