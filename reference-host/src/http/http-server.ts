import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import { cut, refuse, refuseConnection } from "./answer.js";
import { bind } from "./bind.js";
import type { Address } from "./bind.js";
import { createDeliveries } from "./delivery.js";
import type { Delivery } from "./delivery.js";
import type { Door } from "./door.js";
import { answerFileRoute, findFileRoute } from "./file-routes.js";
import type { FileView } from "./file-routes.js";
import { isForeign, readBearerToken } from "./guard.js";
import * as refusals from "./refusals.js";
import { answerRpc } from "./rpc.js";

const RPC_PATH = "/api/mcp/rpc";
/** For the headers, and for the whole request: never for the answer, which takes as long as its call. */
const ARRIVAL_MS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };
/** So many that a client with maxInFlight calls has one for each, and so few that they don't use up descriptors. */
const MAX_CONNECTIONS = 256;

/** What a server needs to know. */
export interface HttpServerOptions {
  readonly address: Address;
  /** The session of a token; undefined for one that is wrong or ended. A rejection answers 503. */
  find(token: string): Eventual<Door | undefined>;
  /** Whose files may be listed without a token now, as version 0 does (`http:files:list`). */
  readonly list?: () => FileView | undefined;
  /** Takes a request that is no session's, such as an operator's; false: it isn't its own either. */
  readonly operate?: (delivery: Delivery, token: string) => boolean;
  /** Connections at once; more are closed when they come. Default 256. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive, milliseconds. Default: headers 10 s, whole request 30 s. */
  readonly arrival?: typeof ARRIVAL_MS;
}

/** A server that listens. */
export interface HttpServer {
  /** `http://127.0.0.1:PORT` or `unix:/absolute/path.sock`. */
  readonly url: string;
  /** Closes the socket and every connection, once no answer is owed any more or after `graceMs` (default 0). */
  close(graceMs?: number): Promise<void>;
}

/** Serves sessions over HTTP on loopback or a Unix socket. Rejects where it can't be bound. */
export async function serveHttp(options: HttpServerOptions): Promise<HttpServer> {
  const deliveries = createDeliveries();
  const server = createServer({
    ...(options.arrival ?? ARRIVAL_MS),
    // `http:idle:outlives-pauses`: an idle connection is closed by its client, or with its session, never by a timer.
    keepAliveTimeout: 0,
    // Without one: answered here, with a body.
    requireHostHeader: false,
  });
  server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
  const bound = await bind(server, options.address);
  // A connection that can't be accepted, for want of descriptors say, costs nobody but its client.
  server.on("error", () => undefined);

  const receive = (req: IncomingMessage, res: ServerResponse): void => {
    const delivery = deliveries.begin(req, res);
    // Before anything else: who may not ask learns nothing (`http:host:foreign-refused`).
    if (isForeign(req.rawHeaders, bound)) return refuse(req, res, refusals.FOREIGN);
    const token = readBearerToken(req.rawHeaders);
    if (req.headers.authorization === undefined && req.method === "GET") {
      const list = findFileRoute(req.url ?? "");
      const view = list?.kind === "list" ? options.list?.() : undefined;
      if (list && view) return void answerFileRoute(delivery, view, list);
    }
    if (token === undefined) return refuse(req, res, refusals.UNAUTHORIZED);
    if (options.operate?.(delivery, token)) return;
    const enter = (door: Door | undefined): void => {
      // `http:auth:missing-token`, before the path: what exists is told to nobody else.
      if (door === undefined) refuse(req, res, refusals.UNAUTHORIZED);
      else route(delivery, door);
    };
    const fail = (): void => refuse(req, res, refusals.UNAVAILABLE);
    try {
      const found = chain(options.find(token), enter);
      if (found instanceof Promise) found.catch(fail);
    } catch {
      fail();
    }
  };
  server.on("request", receive);
  server.on("checkContinue", receive);
  server.on("checkExpectation", (req, res) => {
    deliveries.begin(req, res);
    refuse(req, res, refusals.WRONG_EXPECTATION);
  });
  server.on("connect", (_, socket) => refuseConnection(socket as Socket, refusals.wrongMethod("POST")));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) =>
    refuseGarbage(error, socket as Socket, deliveries.owed(socket as Socket)),
  );
  return {
    url: bound.url,
    async close(graceMs = 0) {
      // Node itself takes a connection for idle as soon as its answer was made, written or not.
      if (graceMs > 0) await Promise.race([deliveries.drained(), after(graceMs, undefined, { ref: false })]);
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      bound.remove();
    },
  };
}

function route(delivery: Delivery, door: Door): void {
  const { req, res } = delivery;
  const target = req.url ?? "";
  const fileRoute = findFileRoute(target);
  if (target === RPC_PATH || target.startsWith(`${RPC_PATH}?`)) {
    if (req.method !== "POST") return refuse(req, res, refusals.wrongMethod("POST"));
    return answerRpc(delivery, door);
  }
  if (fileRoute === undefined) return refuse(req, res, refusals.NO_SUCH_PATH);
  if (req.method !== "GET" && req.method !== "HEAD")
    return refuse(req, res, refusals.wrongMethod("GET, HEAD"));
  void answerFileRoute(delivery, door, fileRoute);
}

/**
 * Answers what the parser could not read, behind what is still owed on the connection: an answer that overtook
 * another would be taken for it.
 */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket, owed: readonly Delivery[]): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const refusal = refusals.refusalOfParserError(error.code);
  const last = owed.at(-1);
  if (last === undefined) return refuseConnection(socket, refusal);
  // Node goes on parsing what comes, and calls here again.
  socket.pause();
  if (last.req.complete) last.settled(() => refuseConnection(socket, refusal));
  else cut(last.req, last.res, refusal);
}
