import { STATUS_CODES } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Refusal } from "./refusals.js";

/** How long a refused client may go on before its connection is cut: long enough to read why. */
const LINGER_MS = 2_000;

/** Bytes of a refused body that are read and thrown away, so that a client which doesn't read while it writes gets its answer. */
const DISCARDED_BYTES = 1_048_576;

/** Answers with a JSON text. */
export function answerJson(
  res: ServerResponse,
  status: number,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (res.destroyed) return;
  // `http:cors:none`: what a session says is nobody else's, and never a page.
  res.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(json),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  res.end(json);
}

/**
 * Answers a refusal before the body was read. A small body is read over; a large one, or one without a length, is
 * not read to its end: the connection closes behind the answer.
 */
export function refuse(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
  if (res.headersSent || res.destroyed) return;
  const { status, json, headers } = refusal;
  if (!mayStayOpen(req)) return cut(req, res, refusal);
  answerJson(res, status, json, headers);
}

/** Answers a refusal and closes the connection behind it, reading hardly more of what the client sends. */
export function cut(req: IncomingMessage, res: ServerResponse, { status, json, headers }: Refusal): void {
  if (res.headersSent || res.destroyed) return;
  linger(req.socket);
  let left = DISCARDED_BYTES;
  req.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    // Unread, it stays in the kernel's buffers, which stop the client.
    if (left < 0) req.pause();
  });
  answerJson(res, status, json, { ...headers, Connection: "close" });
}

/** Answers what could not be read as a request, on the connection itself, and closes it. */
export function refuseConnection(socket: Socket, { status, json }: Refusal): void {
  socket.pause();
  linger(socket);
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(json)}\r\nConnection: close\r\n\r\n${json}`,
  );
  socket.destroySoon();
}

function mayStayOpen(req: IncomingMessage): boolean {
  if (req.complete) return true;
  const { headers } = req;
  if (headers["transfer-encoding"] !== undefined) return false;
  const length = Number(headers["content-length"] ?? 0);
  // A client that asked first sends its body or doesn't: what comes next can't be told from a request.
  return length === 0 || (length <= DISCARDED_BYTES && headers.expect === undefined);
}

/**
 * Lets the last answer arrive: a socket that is closed with unread bytes is reset by the kernel, and the answer is
 * lost on the other side. Node calls `destroySoon` behind the last answer of a connection.
 */
function linger(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once("close", () => clearTimeout(timer));
  };
}
