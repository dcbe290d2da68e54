import { connect, type Socket } from "node:net";
import { fillAddress, frameBody, headOf, placeOf, type HttpAddress, type HttpAsk } from "./http-ask.js";
import { encodePart } from "./host-parts.js";
import { requireValidFrame } from "./own-frame.js";
import { readHttpAnswer, type HttpAnswer } from "./read-http-answer.js";
import { KitFault } from "./target.js";
import type { Recorder } from "./transcript.js";

/** One HTTP exchange with a host, as far as it went. */
export interface SeenHttp {
  readonly as: string;
  readonly answer?: HttpAnswer;
  /** The body where it is JSON. */
  readonly json?: unknown;
  /** The transcript's event that shows its end. */
  readonly at: number;
  /** It went over a connection that had carried another. */
  readonly reused: boolean;
  /** Milliseconds since the session began. */
  readonly askedMs: number;
  readonly endedMs?: number;
  /** Why no answer will come any more. */
  readonly failed?: string;
}

/** The kit as an HTTP client: bytes over sockets, since a client library would mend what is to be wrong. */
export interface HostHttp {
  /** Sends a request, on a connection of that name or on one of its own. */
  send(as: string, ask: HttpAsk, connection?: string): void;
  /** Breaks the connections of these exchanges, which then get no answer. */
  cut(names: readonly string[]): void;
  readonly exchanges: ReadonlyMap<string, SeenHttp>;
  close(): void;
}

export interface HostHttpParts {
  readonly address: HttpAddress;
  readonly recorder: Recorder;
  /** An exchange has ended. */
  ended(exchange: SeenHttp): void;
}

interface Connection {
  readonly socket: Socket;
  readonly asked: { readonly as: string; readonly headOnly: boolean }[];
  received: Buffer;
}

/** Creates a client of one session's address. Throws a RangeError for an address of neither form. */
export function createHostHttp({ address, recorder, ended }: HostHttpParts): HostHttp {
  const place = placeOf(address.url);
  if (place === undefined) throw new RangeError(`SANDPIPE_HTTP_URL is "${address.url}"`);
  const exchanges = new Map<string, SeenHttp>();
  const connections = new Map<string, Connection>();

  const finish = (as: string, more: Omit<SeenHttp, "as" | "askedMs" | "reused">): void => {
    const open = exchanges.get(as);
    if (open === undefined || open.endedMs !== undefined) return;
    const exchange = { ...open, ...more, endedMs: recorder.elapsed() };
    exchanges.set(as, exchange);
    ended(exchange);
  };
  const take = (connection: Connection, atEnd: boolean): void => {
    for (;;) {
      const next = connection.asked[0];
      if (next === undefined) return;
      const read = readHttpAnswer(connection.received, atEnd, next.headOnly);
      if (read === undefined) return;
      connection.asked.shift();
      connection.received = read.rest;
      const { answer } = read;
      const at = recorder.record("from-subject", "wire", shownAnswer(answer));
      finish(next.as, { answer, at, ...jsonOf(answer.body) });
    }
  };
  const open = (name: string): Connection => {
    const connection: Connection = { socket: connect(place), asked: [], received: Buffer.alloc(0) };
    connections.set(name, connection);
    let failure = "the host closed the connection without an answer";
    connection.socket.setNoDelay(true);
    connection.socket.on("data", (chunk: Buffer) => {
      connection.received = Buffer.concat([connection.received, chunk]);
      take(connection, false);
    });
    connection.socket.on("end", () => take(connection, true));
    // A host that refuses a body may close before all of it is read: an answer that came before counts.
    connection.socket.on("error", (error: NodeJS.ErrnoException) => (failure = error.code ?? error.message));
    connection.socket.on("close", () => {
      connections.delete(name);
      for (const { as } of connection.asked.splice(0)) {
        const at = recorder.record("note", "process", `HTTP ${as}: ${failure}`);
        finish(as, { failed: failure, at });
      }
    });
    return connection;
  };

  return {
    exchanges,
    send(as, ask, name = as) {
      if (exchanges.has(as)) throw new KitFault(`a plan asks twice as "${as}"`);
      const { body } = ask;
      if (body !== undefined && "frame" in body) requireValidFrame(body.frame);
      const bytes = body === undefined ? undefined : bodyBytes(body);
      const head = headOf(ask, bytes?.length, "path" in place, name !== as);
      // The transcript keeps the marks: a token has no business in it.
      const shown = Buffer.concat([Buffer.from(head), bytes ?? Buffer.alloc(0)]);
      const at = recorder.record("to-subject", "wire", shown);
      const kept = connections.get(name);
      exchanges.set(as, { as, at, reused: kept !== undefined, askedMs: recorder.elapsed() });
      const connection = kept ?? open(name);
      connection.asked.push({ as, headOnly: ask.method === "HEAD" });
      connection.socket.write(Buffer.from(fillAddress(head, address, place), "latin1"));
      if (bytes !== undefined) connection.socket.write(frameBody(bytes, ask.framing));
    },
    cut(names) {
      for (const [name, connection] of connections)
        if (names.includes(name) || connection.asked.some(({ as }) => names.includes(as)))
          connection.socket.destroy();
    },
    close() {
      for (const { socket } of connections.values()) socket.destroy();
    },
  };
}

function bodyBytes(part: NonNullable<HttpAsk["body"]>): Buffer {
  if ("repeat" in part) return Buffer.from(part.repeat.text.repeat(part.repeat.count), "utf8");
  if ("frame" in part) return Buffer.from(JSON.stringify(part.frame), "utf8");
  if ("line" in part) return Buffer.from(JSON.stringify(part.line), "utf8");
  if ("record" in part) return Buffer.from(part.record, "utf8");
  return Buffer.from(encodePart(part));
}

function jsonOf(body: Buffer): { json?: unknown } {
  try {
    return { json: JSON.parse(body.toString("utf8")) as unknown };
  } catch {
    return {};
  }
}

function shownAnswer({ status, headers, body }: HttpAnswer): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines}\r\n`), body]);
}
