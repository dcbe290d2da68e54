import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { WireObject } from "../wire/decode.js";
import { readHttpRequest, type HttpRequest } from "./read-http-request.js";

/** What the kit's HTTP server does with what comes. */
export type HttpManner =
  /** Refuses all: an address that must not be used. */
  | "refuses"
  /** Serves the session. */
  | "serves"
  /** Reads, and never answers. */
  | "silent";

/** How an answer goes wrong on its way. */
export type HttpMishap =
  /** The connection is reset once the request has been read. */
  | "reset"
  /** It ends in the middle of the answer's body. */
  | "half-body"
  /** It ends in the middle of the answer's head. */
  | "half-head"
  /** It ends without a byte. */
  | "closed"
  /** The answer is a page of another type, has no JSON, is an array, or names another id. */
  | "page"
  | "no-json"
  | "array"
  | "other-id"
  /** A status that no call is answered by, with the answer as its body. */
  | "status-500"
  /** Nothing goes wrong, but the answer comes in small pieces. */
  | "slowly"
  | "redirect-302"
  | "redirect-307"
  | "redirect-308";

/** One request of the sandbox. */
export interface SeenPost {
  readonly request: HttpRequest;
  /** Milliseconds since the session began. */
  readonly cameMs: number;
  answeredMs?: number;
}

/** One request that waits for its answer. */
export interface HttpReply {
  json(text: string): void;
  /** Nothing but a status. */
  status(status: number, afterMs: number): void;
  mishap(mishap: HttpMishap, text: string): void;
}

/** The kit's HTTP server: bytes over sockets, so that it can misbehave exactly. */
export interface SandboxHttp {
  /** What SANDPIPE_HTTP_URL says. */
  readonly url: string;
  /** Another place on the machine, where no request has any business. */
  readonly elsewhere: string;
  readonly posts: readonly SeenPost[];
  /** Connections that came to the other place. */
  readonly strays: number;
  /** Hears of each request, once it is whole. */
  listen(take: (post: SeenPost, reply: HttpReply) => void, now: () => number): void;
  close(): Promise<void>;
}

/** Listens on the loopback, or on a socket in this folder, until closed. */
export async function openSandboxHttp(folder: string | undefined, manner: HttpManner): Promise<SandboxHttp> {
  const posts: SeenPost[] = [];
  const open = new Set<Socket>();
  let strays = 0;
  let take: ((post: SeenPost, reply: HttpReply) => void) | undefined;
  let now = (): number => 0;

  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    let received: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (let read = readHttpRequest(received); read !== undefined; read = readHttpRequest(received)) {
        received = read.rest;
        const post: SeenPost = { request: read.request, cameMs: now() };
        posts.push(post);
        if (manner === "refuses") socket.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        else
          take?.(
            post,
            replyOn(socket, post, () => now(), other.url),
          );
      }
    });
  });
  const stray = createServer((socket) => {
    strays++;
    keep(socket);
    socket.on("data", () => socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"));
  });
  const other = { url: await listenOn(stray, undefined) };
  const url = await listenOn(server, folder);
  return {
    url,
    elsewhere: other.url,
    posts,
    get strays() {
      return strays;
    },
    listen(handler, clock) {
      take = handler;
      now = clock;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all([server, stray].map((one) => new Promise((closed) => one.close(closed))));
    },
  };
}

async function listenOn(server: Server, folder: string | undefined): Promise<string> {
  if (folder !== undefined) {
    const path = join(folder, "http.sock");
    server.listen(path);
    await once(server, "listening");
    return `unix:${path}`;
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const SPOILT = {
  "no-json": (text: string) => text.slice(0, -1),
  array: (text: string) => `[${text}]`,
  "other-id": (text: string) => JSON.stringify({ ...objectIn(text), id: "nobody's" }),
} as const;
const SLOW_PIECE = 9;
const SLOW_PAUSE_MS = 4;

function replyOn(socket: Socket, post: SeenPost, now: () => number, elsewhere: string): HttpReply {
  const send = (text: string, ends: boolean): void => {
    post.answeredMs ??= now();
    if (ends) socket.end(text);
    else socket.write(text);
  };
  const sendSlowly = (bytes: Buffer): void => {
    if (bytes.length === 0) return void (post.answeredMs ??= now());
    socket.write(bytes.subarray(0, SLOW_PIECE));
    setTimeout(sendSlowly, SLOW_PAUSE_MS, bytes.subarray(SLOW_PIECE));
  };
  const head = (status: string, length: number): string =>
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  return {
    json: (text) => send(head("200 OK", Buffer.byteLength(text)) + text, false),
    status(status, afterMs) {
      setTimeout(() => send(`HTTP/1.1 ${status} Answered\r\nContent-Length: 0\r\n\r\n`, false), afterMs);
    },
    mishap(mishap, text) {
      if (mishap === "reset") {
        post.answeredMs ??= now();
        return void socket.resetAndDestroy();
      }
      const whole = head("200 OK", Buffer.byteLength(text)) + text;
      if (mishap === "half-body") return send(whole.slice(0, -Math.ceil(text.length / 2)), true);
      if (mishap === "half-head") return send(whole.slice(0, 30), true);
      if (mishap === "closed") return send("", true);
      if (mishap === "page") {
        const page = "<html><body>a captive portal</body></html>";
        return send(head("200 OK", page.length).replace("application/json", "text/html") + page, false);
      }
      if (mishap === "no-json" || mishap === "array" || mishap === "other-id") {
        const body = SPOILT[mishap](text);
        return send(head("200 OK", Buffer.byteLength(body)) + body, false);
      }
      if (mishap === "status-500") return send(head("500 Fault", Buffer.byteLength(text)) + text, false);
      if (mishap === "slowly") return sendSlowly(Buffer.from(whole));
      const status = mishap.slice("redirect-".length);
      const location = `${elsewhere}${post.request.target}`;
      send(`HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`, false);
    },
  };
}

/** The JSON object that a body is, if it is one. */
export function objectIn(text: string): WireObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as WireObject)
      : undefined;
  } catch {
    return undefined;
  }
}
