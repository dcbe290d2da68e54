import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

/** A Unix socket that leads to one TCP address. */
export interface Relay {
  /** Closes it and every connection through it. */
  close(): Promise<void>;
}

/** Listens on a Unix socket, and connects each of its clients to that address and to no other. */
export async function openRelay(
  path: string,
  to: { readonly host: string; readonly port: number },
): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ ...to, allowHalfOpen: true });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(one);
      // A connection that fails on one side fails on the other: the script's driver learns of it.
      one.on("error", () => other.destroy());
      one.on("close", (hadError) => {
        open.delete(one);
        if (hadError) other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => resolve(server.removeListener("error", reject) && undefined));
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
