import { Socket } from "node:net";
import type { ConnectSettings } from "../settings.js";
import { tlsOptions, type TlsOptions } from "../tls.js";

/** Where pg connects to, and how. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly ssl: TlsOptions | false;
  /** The socket that pg dials with. */
  stream(): Socket;
}

/** Makes the address of a datasource for pg. A Unix socket may have any name: pg itself knows only `.s.PGSQL.<port>`. */
export function postgresAddress({ address, tls, options }: ConnectSettings): PostgresAddress {
  const host = "path" in address ? "localhost" : address.host;
  return {
    host,
    port: "path" in address ? 5432 : address.port,
    ssl: tlsOptions(tls, options.servername ?? host, options) ?? false,
    stream: () => ("path" in address ? unixSocket(address.path) : new Socket()),
  };
}

/** A socket that connects to the path whatever address it is told. */
function unixSocket(path: string): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  socket.connect = (): Socket => connect({ path });
  return socket;
}
