import { connect, type Socket } from "node:net";
import type { ConnectionOptions } from "mysql2";
import type { ConnectSettings } from "../settings.js";
import { tlsOptions } from "../tls.js";

/** Makes what mysql2 connects with: no LOCAL INFILE, one statement a query, and values as the server wrote them. */
export function mysqlOptions({ address, tls, options, ...settings }: ConnectSettings): ConnectionOptions {
  const name = options.servername ?? ("host" in address ? address.host : "localhost");
  const ssl = tlsOptions(tls, name, options);
  const { ca, cert, key, rejectUnauthorized } = ssl ?? {};
  return {
    // What is dialled is the stream's affair; mysql2 takes the host for the certificate's name only.
    host: name,
    stream: (): Socket => dial(address),
    user: settings.user,
    password: settings.password,
    database: settings.database,
    connectTimeout: options.connectTimeoutMs,
    ...(ssl === undefined
      ? {}
      : {
          ssl: Object.fromEntries(
            Object.entries({ ca, cert, key, rejectUnauthorized, verifyIdentity: tls === "verify" }).filter(
              ([, value]) => value !== undefined,
            ),
          ),
        }),
    // `data:query:no-local-infile`
    flags: ["-LOCAL_FILES"],
    multipleStatements: false,
    charset: "utf8mb4",
    timezone: "Z",
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    maxPreparedStatements: 32,
  };
}

function dial(address: ConnectSettings["address"]): Socket {
  if ("path" in address) return connect(address.path);
  const socket = connect(address.port, address.host);
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  return socket;
}
