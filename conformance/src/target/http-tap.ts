import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpPlace } from "./http-ask.js";

/** What a tap shows of what goes by. */
export interface HttpTapParts {
  /** Where the host listens. */
  readonly host: HttpPlace;
  /** One request. With `true` the kit answers it itself, by `reply`, and the host never sees it. */
  asked(ask: HttpTapAsk, reply: (json: string) => void): boolean;
  /** The host's answer to one. */
  answered(status: number, body: string): void;
  /** The host gave no whole answer. */
  failed(why: string): void;
}

/** A request as it came from the sandbox. */
export interface HttpTapAsk {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

/** A proxy between a sandbox and its host's address, on the loopback. */
export interface HttpTap {
  /** What SANDPIPE_HTTP_URL says in its place. */
  readonly url: string;
  close(): Promise<void>;
}

/** Headers of one connection, which say nothing of the next. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "host"]);

/**
 * Opens a tap. Requests and answers pass one to one and unchanged, but for the Host line: the host must see its own
 * address there. A connection that breaks on one side is broken on the other.
 */
export async function openHttpTap(parts: HttpTapParts): Promise<HttpTap> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(
    // A host's own idle timeout is its own matter: the tap has none that could hide it.
    { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 },
    (ask, reply) => void pass(ask, reply, agent, parts).catch(() => ask.socket.destroy()),
  );
  server.on("clientError", (_, socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function pass(
  ask: IncomingMessage,
  reply: ServerResponse,
  agent: Agent,
  { host, asked, answered, failed }: HttpTapParts,
): Promise<void> {
  const { method = "GET", url: target = "/" } = ask;
  const body = await bodyOf(ask);
  const own = asked({ method, target, body: body.toString("utf8") }, (json) => {
    reply.writeHead(200, { "Content-Type": "application/json" });
    reply.end(json);
  });
  if (own) return;
  const headers = [...endToEnd(ask.rawHeaders), "Host", hostLine(host)];
  if (method !== "GET" && method !== "HEAD") headers.push("Content-Length", String(body.length));
  const onward = request({
    ...("path" in host ? { socketPath: host.path } : { host: host.host, port: host.port }),
    ...{ method, path: target, headers, agent },
  });
  const drop = (why: string): void => {
    failed(why);
    ask.socket.destroy();
  };
  reply.once("close", () => {
    if (!reply.writableFinished) onward.destroy();
  });
  onward.once("error", (error: NodeJS.ErrnoException) => drop(error.code ?? error.message));
  onward.once("response", (answer) => {
    bodyOf(answer).then(
      (whole) => {
        answered(answer.statusCode ?? 0, whole.toString("utf8"));
        reply.writeHead(answer.statusCode ?? 0, [
          ...endToEnd(answer.rawHeaders),
          ...["Content-Length", String(whole.length)],
        ]);
        reply.end(whole);
      },
      () => drop("the answer was cut"),
    );
  });
  onward.end(body);
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Header lines that pass, as Node takes them: names and values in turn. */
function endToEnd(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !HOP_BY_HOP.has((raw[index - (index % 2)] ?? "").toLowerCase()));
}

function hostLine(host: HttpPlace): string {
  return "path" in host ? "localhost" : `${host.host.includes(":") ? `[${host.host}]` : host.host}:${host.port}`;
}
