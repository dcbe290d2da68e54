import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ERROR_CODE, RPC_ERROR, type Limits } from "@sandpipe/spec/v1";
import type { RunRequest } from "@sandpipe/spec/control";
import type { WireObject } from "../../wire/decode.js";
import { toBody, type ErrorBody } from "./calls.js";
import type { Deviations } from "./deviations.js";
import { isForeign, linesOf, makeToken, refusalOf, retireToken } from "./http-guard.js";
import { answerRoute } from "./http-routes.js";
import { kindError, type CallContext, type Method } from "./method.js";

/** A session's way in over HTTP: a server of its own. */
export interface Door {
  readonly url: string;
  readonly token: string;
  /** Serves a session; requests before that find none. */
  attach(session: DoorSession): void;
  close(): void;
}

/** What the door needs of its session. */
export interface DoorSession {
  readonly limits: Limits;
  readonly methods: readonly Method[];
  readonly context: CallContext;
  /** Takes a frame; `reply` is called once, with nothing where nothing is answered. */
  receive(value: WireObject, text: string, reply: (frame: WireObject | undefined) => void): void;
  /** A client went before its answer: only a fault cares. */
  disconnected(value: WireObject): void;
}

/** Opens a run's door on what its request says. */
export async function openDoor(request: RunRequest, deviations: Deviations): Promise<Door> {
  const token = makeToken(deviations);
  let session: DoorSession | undefined;
  let port: number | undefined;
  // Node refuses a missing Host by itself, in HTML (http:error:body).
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: 0 }, (req, res) => {
    if (deviations.has("http-cors-allowed")) res.setHeader("Access-Control-Allow-Origin", "*");
    if (session === undefined) res.destroy();
    else
      serve(req, res, { session, token: request.protocol.includes(1) ? token : undefined, port, deviations });
  });
  if (deviations.has("http-idle-closed")) server.keepAliveTimeout = 5_000;
  server.on("checkContinue", (req, res) => server.emit("request", req, res));
  const unix = request.http === "unix" && !deviations.has("http-unix-as-tcp");
  const folder = unix ? mkdtempSync(join(tmpdir(), "sandpipe-door-")) : undefined;
  if (folder !== undefined) server.listen(join(folder, "h.sock"));
  else server.listen(0, deviations.has("http-bound-everywhere") ? "0.0.0.0" : "127.0.0.1");
  await once(server, "listening");
  if (folder === undefined) ({ port } = server.address() as AddressInfo);
  return {
    url: folder === undefined ? `http://127.0.0.1:${port}` : `unix:${join(folder, "h.sock")}`,
    token,
    attach: (attached) => void (session = attached),
    close() {
      retireToken(token);
      server.close();
      server.closeAllConnections();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Serving {
  readonly session: DoorSession;
  /** Version 0 has none. */
  readonly token: string | undefined;
  readonly port: number | undefined;
  readonly deviations: Deviations;
}

function serve(req: IncomingMessage, res: ServerResponse, serving: Serving): void {
  const { session, token, port, deviations } = serving;
  const { rawHeaders, url = "", method = "" } = req;
  const [path] = url.split("?");
  const isRoute = path?.startsWith("/api/mcp/files") ?? false;
  if (isForeign(rawHeaders, port, deviations))
    return refuse(res, 403, { code: RPC_ERROR.invalidRequest, message: "the request is from elsewhere" });
  const refusal =
    isRoute &&
    (deviations.has("http-routes-open") || (token === undefined && !deviations.has("v0-http-wants-token")))
      ? undefined
      : refusalOf({ rawHeaders, url }, token ?? "", deviations);
  if (refusal !== undefined) return refuse(res, 401, toBody(kindError("unauthorized", refusal)));
  if (token === undefined && deviations.has("v0-http-list-is-html"))
    return void res.writeHead(200, { "Content-Type": "text/html" }).end("<p>a.csv</p>");
  if (path === "/api/mcp/rpc" && method === "POST") return takeBody(req, res, session, deviations);
  if (isRoute && method === "GET") {
    void answerRoute(url, linesOf(rawHeaders, "range")[0], session, deviations).then(
      ({ status, headers, body }) => {
        res.writeHead(status, { ...headers, "Content-Length": body.length }).end(body);
      },
    );
    return;
  }
  if (deviations.has("http-error-text"))
    return void res.writeHead(404, { "Content-Type": "text/html" }).end("<p>no</p>");
  refuse(res, 404, toBody(kindError("not_found", "there is no such path")));
}

function takeBody(
  req: IncomingMessage,
  res: ServerResponse,
  session: DoorSession,
  deviations: Deviations,
): void {
  const types = linesOf(req.rawHeaders, "content-type");
  const pattern = deviations.has("http-type-by-prefix")
    ? /^application\/json/i
    : /^application\/json[ \t]*(?:;|$)/i;
  if (!deviations.has("http-any-type") && !(types.length === 1 && pattern.test(types[0] ?? "")))
    return refuse(res, 415, {
      code: RPC_ERROR.invalidRequest,
      message: "the content type must be application/json",
    });
  const { maxFrameBytes } = session.limits;
  const pieces: Buffer[] = [];
  let size = 0;
  let refused = false;
  const tooLarge = (): void => {
    refused = true;
    const [status, code] = deviations.has("http-too-large-400")
      ? ([400, RPC_ERROR.parseError] as const)
      : ([413, ERROR_CODE.limit_exceeded] as const);
    const data = { kind: "limit_exceeded" };
    res.setHeader("Connection", "close");
    refuse(res, status, { code, message: "the body is larger than maxFrameBytes", data });
  };
  if (Number(req.headers["content-length"] ?? 0) > maxFrameBytes && !deviations.has("http-large-read-to-end"))
    tooLarge();
  req.on("data", (piece: Buffer) => {
    if (refused) return;
    pieces.push(piece);
    size += piece.length;
    const bounded =
      !deviations.has("http-limit-by-length-header") && !deviations.has("http-large-read-to-end");
    if (size > maxFrameBytes && bounded) tooLarge();
  });
  req.on("end", () => {
    if (refused) return;
    if (size > maxFrameBytes && deviations.has("http-large-read-to-end")) tooLarge();
    else takeFrame(Buffer.concat(pieces), res, session, deviations);
  });
}

function takeFrame(body: Buffer, res: ServerResponse, session: DoorSession, deviations: Deviations): void {
  let text = body.toString("utf8");
  let value = parse(body);
  if (Array.isArray(value) && deviations.has("http-batch-executed")) {
    value = value[0];
    text = JSON.stringify(value);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const error = { code: RPC_ERROR.parseError, message: "the body is no JSON object" };
    return refuse(res, deviations.has("http-bad-json-200") ? 200 : 400, error);
  }
  const frame = value as WireObject;
  let answered = false;
  res.on("close", () => {
    if (!answered && deviations.has("http-disconnect-cancels")) session.disconnected(frame);
  });
  session.receive(frame, text, (reply) => {
    answered = true;
    if (reply === undefined && !deviations.has("http-notification-200")) return void res.writeHead(202).end();
    const status = reply !== undefined && "error" in reply && deviations.has("http-error-status") ? 500 : 200;
    answer(res, status, JSON.stringify(reply ?? {}));
  });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

function refuse(res: ServerResponse, status: number, error: ErrorBody): void {
  answer(res, status, JSON.stringify({ jsonrpc: "2.0", id: null, error }));
}

function answer(res: ServerResponse, status: number, json: string): void {
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(json) };
  res.writeHead(status, headers).end(json);
}
