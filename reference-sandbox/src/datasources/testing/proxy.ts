import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A way to a server that can fail as networks do. */
export interface Proxy {
  /** The same url, by this way. */
  url(original: string): string;
  /** From here on nothing passes, and nobody is told. */
  silence(): void;
  /** Breaks every connection; new ones pass. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts a proxy of 127.0.0.1 to a port of 127.0.0.1. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let silent = false;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on("data", (chunk) => {
      if (!silent && !to.write(chunk)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      sockets.delete(from);
      if (!silent) to.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    join(client, upstream);
    join(upstream, client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: (original) => original.replace(/:\d+\//, `:${port}/`),
    silence() {
      silent = true;
    },
    cut,
    async stop() {
      silent = false;
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
