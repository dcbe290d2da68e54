import { readSync, writeSync } from "node:fs";
import type { Socket } from "node:net";
import type { HttpAddress } from "./http-url.js";
import { createResponseDecoder, type HttpResponse, type ResponseDecoder } from "./response-decoder.js";

/** How one exchange ended. `sent`: the request was handed over whole, so that the host may have acted on it. */
export type ExchangeOutcome =
  { readonly response: HttpResponse } | { readonly broken: string; readonly sent: boolean };

/** One connection to the host, for one exchange at a time. */
export interface Connection {
  /** Sends a request, once. `onSent` follows when the system has taken it whole, or it has failed; then `done`. */
  start(request: Uint8Array, onSent: () => void, done: (outcome: ExchangeOutcome) => void): void;
  /** Ends the exchange under way before it returns; false when the host took and gave nothing for `maxMs`. */
  finishSync(maxMs: number): boolean;
  /** Takes the exchange back while nothing of it has left; false when it is too late. */
  withdraw(): boolean;
  /** Whether another exchange may follow: looks at the socket, which may have been closed and nobody told yet (R39). */
  isReusable(): boolean;
  hold(alive: boolean): void;
  close(): void;
}

interface Exchange {
  rest: Uint8Array;
  readonly decoder: ResponseDecoder;
  readonly onSent: () => void;
  readonly done: (outcome: ExchangeOutcome) => void;
}

const READ_BYTES = 64 * 1024;
const RETRY_MS = 1;
/** After a failed write: what the host said before it closed is still to be read. */
const LAST_WORDS_MS = 1_000;

/**
 * Opens a connection. Reads come by the runtime's events; writes go to the descriptor directly, so that nothing waits
 * in a stream of the runtime's when the process must end, and so that nobody resends (`http:call:at-most-once`).
 */
export function openConnection(
  address: HttpAddress["connect"],
  maxBodyBytes: () => number,
  alive: boolean,
): Connection {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  // `http:proxy:ignored`
  const socket = process.getBuiltinModule("node:net").connect({ ...address, noDelay: true });
  let descriptor: number | undefined;
  let exchange: Exchange | undefined;
  let writeFault: string | undefined;
  let closed = false;
  let keep = true;
  if (!alive) socket.unref();

  const settle = (outcome: ExchangeOutcome): void => {
    if (exchange === undefined) return;
    const { done, onSent, rest } = exchange;
    exchange = undefined;
    if (rest.length > 0) onSent();
    done(outcome);
  };
  const fail = (broken: string): void => {
    keep = false;
    settle({ broken, sent: exchange?.rest.length === 0 });
    close();
  };
  const close = (): void => {
    closed = true;
    descriptor = undefined;
    socket.destroy();
  };

  const answer = (response: HttpResponse | undefined): void => {
    if (response === undefined) return;
    // An answer that came before the whole request: the rest of it would be taken for the next one.
    keep = response.keepAlive && exchange?.rest.length === 0;
    settle({ response });
    if (!keep) close();
  };
  const take = (bytes: Uint8Array): void => {
    // Bytes that nobody asked for would be taken for the next answer.
    if (exchange === undefined) return close();
    try {
      answer(exchange.decoder.push(bytes));
    } catch (error) {
      fail(`the host's answer is no HTTP/1.1: ${(error as Error).message}`);
    }
  };
  const end = (): void => {
    if (exchange !== undefined) answer(exchange.decoder.end());
    if (!closed) fail(writeFault ?? "the host closed the connection without a whole answer");
  };

  /** One attempt; whether it is worth another. */
  const write = (): boolean => {
    while (exchange !== undefined && exchange.rest.length > 0 && descriptor !== undefined) {
      try {
        exchange.rest = exchange.rest.subarray(writeSync(descriptor, exchange.rest));
        if (exchange.rest.length === 0) exchange.onSent();
      } catch (error) {
        const { code = "EIO" } = error as NodeJS.ErrnoException;
        if (code === "EINTR") continue;
        if (code === "EAGAIN" || code === "EWOULDBLOCK") return true;
        writeFault = `the connection broke (${code})`;
        return false;
      }
    }
    return false;
  };
  const writeOn = (): void => {
    if (write()) setTimeout(writeOn, RETRY_MS);
    else if (writeFault !== undefined) setTimeout(() => fail(writeFault ?? ""), LAST_WORDS_MS).unref();
  };

  socket.on("connect", () => {
    descriptor = (socket as Socket & { _handle?: { fd?: number } })._handle?.fd;
    if (descriptor === undefined || descriptor < 0) fail("this runtime doesn't tell the socket's descriptor");
    else writeOn();
  });
  socket.on("data", take);
  socket.on("end", end);
  socket.on("error", (error: NodeJS.ErrnoException) => {
    const what = descriptor === undefined ? "can't connect" : "the connection broke";
    fail(`${what} (${error.code ?? error.message})`);
  });
  socket.on("close", () => fail("the host closed the connection without an answer"));

  return {
    start(request, onSent, done) {
      exchange = { rest: request, decoder: createResponseDecoder(maxBodyBytes), onSent, done };
      if (closed) fail("the connection is closed");
      else writeOn();
    },
    finishSync(maxMs) {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      for (let left = Math.max(maxMs, RETRY_MS); exchange !== undefined && descriptor !== undefined;) {
        const before = exchange.rest.length;
        write();
        try {
          const length = readSync(descriptor, buffer, 0, READ_BYTES, null);
          left = maxMs;
          if (length === 0) end();
          else take(buffer.subarray(0, length));
        } catch (error) {
          const { code = "EIO" } = error as NodeJS.ErrnoException;
          if (code !== "EAGAIN" && code !== "EINTR") fail(`the connection broke (${code})`);
          else if ((exchange as Exchange | undefined)?.rest.length !== before) left = maxMs;
          else if (left <= 0) return false;
          else {
            Atomics.wait(pause, 0, 0, RETRY_MS);
            left -= RETRY_MS;
          }
        }
      }
      return exchange === undefined;
    },
    withdraw() {
      if (exchange === undefined || descriptor !== undefined) return false;
      exchange = undefined;
      keep = false;
      close();
      return true;
    },
    isReusable() {
      if (!keep || closed || exchange !== undefined) return false;
      if (descriptor !== undefined && isQuiet(descriptor)) return true;
      keep = false;
      close();
      return false;
    },
    hold(wanted) {
      if (wanted) socket.ref();
      else socket.unref();
    },
    close,
  };
}

/** Whether a socket is open and has nothing to read: both an end and bytes that nobody asked for make it useless. */
function isQuiet(descriptor: number): boolean {
  try {
    readSync(descriptor, Buffer.alloc(1), 0, 1, null);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN";
  }
}
