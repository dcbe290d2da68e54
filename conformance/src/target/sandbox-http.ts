import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** An HTTP address that a sandbox must not use: what comes is written down and refused. */
export interface UnwantedHttp {
  readonly url: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Listens on the loopback until closed. */
export async function listenUnwanted(): Promise<UnwantedHttp> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(401).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
