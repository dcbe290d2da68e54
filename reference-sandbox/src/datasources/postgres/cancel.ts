import type { Socket } from "node:net";
import { Connection } from "pg";
import type { PostgresAddress } from "./connect.js";

/** The key that the server gave a connection, by which another one may cancel it. */
export interface CancelKey {
  readonly processID: number;
  readonly secretKey: number;
}

/**
 * Asks the server by PostgreSQL's cancel request to stop what a connection runs; resolves when the server has taken it
 * (it closes the connection) or can't be reached. Encrypted where the connection is: the key is a secret.
 */
export function requestCancel(address: PostgresAddress, key: CancelKey, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const connection = new Connection({
      ...(address.ssl === false ? {} : { ssl: address.ssl }),
      stream: address.stream(),
    } as never) as unknown as CancelConnection;
    const timer = setTimeout(() => connection.stream.destroy(), timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const send = (): void => connection.cancel(key.processID, key.secretKey);
    connection.on("connect", () => (address.ssl === false ? send() : connection.requestSsl()));
    connection.on("sslconnect", send);
    // Nobody answers a cancel request: the end of the connection is all there is.
    connection.on("error", done);
    connection.on("end", done);
    connection.connect(address.port, address.host);
  });
}

/** The part of pg's Connection that its types leave out. */
interface CancelConnection {
  readonly stream: Socket;
  on(event: "connect" | "sslconnect" | "error" | "end", listener: () => void): void;
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}
