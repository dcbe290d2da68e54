import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { DatabaseServer, ServerKind } from "./server.js";

/** What the kit does between a sandbox and a server. */
export type Manner =
  /** Passes everything on. */
  | "passes"
  /** Passes everything on, but tells the client that the server has no TLS. */
  | "strips-tls"
  /** Is a MySQL server itself, which answers a query by asking for a file of the client's. */
  | "asks-for-file";

/** Where a sandbox connects, and what it sent there. */
export interface Way {
  readonly kind: ServerKind;
  readonly address: { readonly host: string; readonly port: number };
  readonly login: DatabaseServer["login"];
  /** What each connection's client sent, a demand for TLS that was refused left out. */
  sent(): readonly Buffer[];
  /** Breaks every connection that is open now. */
  cut(): void;
  close(): Promise<void>;
}

/** PostgreSQL's demands for encryption: a length of eight and one of two codes. */
const DEMANDS = [80_877_103, 80_877_104];
const DEMAND_BYTES = 8;
const MYSQL_SSL = 0x08;

/** Opens a way through the kit to a real server. */
export async function openWay(server: DatabaseServer, manner: "passes" | "strips-tls"): Promise<Way> {
  const strips = manner === "strips-tls";
  const received: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const upstream = connect(server.address);
    const mine: Buffer[] = [];
    received.push(mine);
    let fresh = true;
    let greeted = false;
    client.on("data", (chunk: Buffer) => {
      if (fresh && strips && server.kind === "postgres" && isDemand(chunk)) return void client.write("N");
      fresh = false;
      mine.push(chunk);
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      client.write(strips && server.kind === "mysql" && !greeted ? withoutTls(chunk) : chunk);
      greeted = true;
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => (sockets.delete(one), other.destroy()));
    }
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const address = await listen(listener);
  return {
    ...{ kind: server.kind, login: server.login, address },
    sent: () => received.map((chunks) => Buffer.concat(chunks)),
    cut,
    async close() {
      cut();
      await new Promise((closed) => listener.close(closed));
    },
  };
}

/** Listens on a free port of the loopback. */
export async function listen(server: Server): Promise<Way["address"]> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

function isDemand(chunk: Buffer): boolean {
  return chunk.length === DEMAND_BYTES && DEMANDS.includes(chunk.readUInt32BE(4));
}

/** The greeting of a MySQL server, its flag for TLS taken out: header, protocol, version, thread, salt, filler, flags. */
function withoutTls(greeting: Buffer): Buffer {
  const copy = Buffer.from(greeting);
  const flags = copy.indexOf(0, 5) + 1 + 4 + 8 + 1;
  copy.writeUInt8(copy.readUInt8(flags + 1) & ~MYSQL_SSL, flags + 1);
  return copy;
}
