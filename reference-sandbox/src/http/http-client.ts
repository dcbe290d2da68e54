import type { Clock } from "../session/clock.js";
import { openConnection, type Connection, type ExchangeOutcome } from "./connection.js";
import type { HttpAddress } from "./http-url.js";

/** What a request is: its body is JSON, or it has none. */
export interface HttpRequest {
  readonly method: "POST" | "GET";
  /** Below the prefix of the URL, with its query. */
  readonly path: string;
  readonly json?: string;
}

/** A request under way. */
export interface Posting {
  /** Ends it before it returns; false when the host took and gave nothing for `maxMs`. */
  finishSync(maxMs: number): boolean;
  /** Takes it back while nothing of it has left; then its outcome never comes. */
  withdraw(): boolean;
}

/** Sends requests, each once: nothing is sent again, redirected or put through a proxy (`http:call:at-most-once`, R40, R44). */
export interface HttpClient {
  send(request: HttpRequest, done: (outcome: ExchangeOutcome) => void): Posting;
  /** Calls back once all requests of now have left whole, or have failed. */
  afterSent(callback: () => void): void;
  /** Whether a request could be sent now without the event loop. */
  readonly connected: boolean;
  hold(alive: boolean): void;
  /** Longer answers fail their request. */
  setMaxBodyBytes(bytes: number): void;
}

/** What a client needs. */
export interface HttpClientParts {
  readonly address: HttpAddress;
  /** Travels in the Authorization header only (`http:token:never-in-url`). */
  readonly token: string | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly maxBodyBytes: number;
}

/**
 * How long an idle connection is used again where the server doesn't say how long it keeps one: less than any server's
 * timeout, since a request that meets the closing of its connection fails, and nobody can tell whether it ran (R39).
 */
const REUSE_MS = 100;
/** With `Keep-Alive: timeout=N`: that long before its end, and never longer than the second. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
const LONGEST_REUSE_MS = 4_000;

/** Creates a client with as many connections as there are requests at once. */
export function createHttpClient({ address, token, clock, maxBodyBytes }: HttpClientParts): HttpClient {
  const idle: { readonly connection: Connection; readonly until: number }[] = [];
  const all = new Set<Connection>();
  const leaving = new Set<object>();
  let waiting: { readonly before: Set<object>; readonly callback: () => void }[] = [];
  let alive = true;
  let most = maxBodyBytes;

  const connect = (): Connection => {
    const connection = openConnection(address.connect, () => most, alive);
    all.add(connection);
    return connection;
  };
  const take = (): Connection => {
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (clock.now() < last.until && last.connection.isReusable()) return last.connection;
      last.connection.close();
      all.delete(last.connection);
    }
    return connect();
  };
  /** A burst's connections are not kept for ever. */
  const dropOld = (): void => {
    for (let first = idle[0]; first !== undefined && clock.now() >= first.until; first = idle[0]) {
      idle.shift();
      first.connection.close();
      all.delete(first.connection);
    }
  };
  const giveBack = (connection: Connection, outcome: ExchangeOutcome): void => {
    if (!("response" in outcome) || !connection.isReusable()) {
      all.delete(connection);
      return;
    }
    dropOld();
    const hint = /(?:^|[ ,;])timeout=([0-9]+)/i.exec(outcome.response.headers.get("keep-alive") ?? "")?.[1];
    const reuseMs =
      hint === undefined ? REUSE_MS : Math.min(LONGEST_REUSE_MS, Number(hint) * 1_000 - KEEP_ALIVE_MARGIN_MS);
    idle.push({ connection, until: clock.now() + reuseMs });
  };

  const left = (posting: object): void => {
    leaving.delete(posting);
    for (const entry of waiting) entry.before.delete(posting);
    const ready = waiting.filter(({ before }) => before.size === 0);
    waiting = waiting.filter(({ before }) => before.size > 0);
    for (const { callback } of ready) callback();
  };

  return {
    send(request, done) {
      const bytes = encode(address, token, request);
      const connection = take();
      const posting: Posting = {
        finishSync: (maxMs) => connection.finishSync(maxMs),
        withdraw() {
          if (!connection.withdraw()) return false;
          all.delete(connection);
          left(posting);
          return true;
        },
      };
      leaving.add(posting);
      connection.start(
        bytes,
        () => left(posting),
        (outcome) => {
          giveBack(connection, outcome);
          done(outcome);
        },
      );
      return posting;
    },
    afterSent(callback) {
      if (leaving.size === 0) callback();
      else waiting.push({ before: new Set(leaving), callback });
    },
    get connected() {
      const last = idle.at(-1);
      return last !== undefined && clock.now() < last.until && last.connection.isReusable();
    },
    hold(wanted) {
      alive = wanted;
      for (const connection of all) connection.hold(wanted);
    },
    setMaxBodyBytes(bytes) {
      most = bytes;
    },
  };
}

function encode(address: HttpAddress, token: string | undefined, request: HttpRequest): Uint8Array {
  const { method, path, json } = request;
  const lines = [
    `${method} ${address.prefix}${path} HTTP/1.1`,
    `Host: ${address.host}`,
    "Accept: application/json",
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(json === undefined
      ? []
      : ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(json)}`]),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${json ?? ""}`);
}
