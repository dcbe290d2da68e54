import { request, type RequestOptions } from "node:http";
import type { WireObject } from "../../wire/decode.js";
import type { Deviations } from "./deviations.js";

type Frame = Readonly<Record<string, unknown>>;

/** Frames by POST: requests at once, notifications one after another. */
export interface HttpCarrier {
  send(frame: Frame, text: string): void;
  /** Whether anything has not been answered. */
  readonly busy: boolean;
}

export interface HttpCarrierParts {
  readonly url: string;
  readonly token: string;
  readonly deviations: Deviations;
  /** For the first request, which is `session.open`. */
  readonly openTimeoutMs: number;
  frame(value: WireObject): void;
  /** A request has no answer and never will. */
  lost(id: unknown): void;
  changed(): void;
}

const RPC_PATH = "/api/mcp/rpc";

/** Where to connect to; undefined for a URL of neither form (`http:url:both-forms`). */
export function addressOf(
  url: string,
  deviations: Deviations,
): Pick<RequestOptions, "host" | "port" | "socketPath"> | undefined {
  if (url.startsWith("unix:/") && !deviations.has("http-unix-unknown"))
    return { socketPath: url.slice("unix:".length) };
  const match = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):(\d+)$/.exec(url);
  return match === null
    ? undefined
    : { host: (match[1] as string).replace(/[[\]]/g, ""), port: Number(match[2]) };
}

/** Creates the carrier; each frame is sent once, on a connection of its own (`http:call:at-most-once`). */
export function createHttpCarrier(parts: HttpCarrierParts): HttpCarrier {
  const { deviations, token } = parts;
  const waiting: { readonly frame: Frame; readonly text: string }[] = [];
  let notifying = false;
  let first = true;
  let open = 0;

  const proxied = (): Pick<RequestOptions, "host" | "port"> | undefined => {
    const proxy = process.env["HTTP_PROXY"];
    if (proxy === undefined || !deviations.has("http-proxy-used")) return undefined;
    const { hostname, port } = new URL(proxy);
    return { host: hostname, port };
  };
  const post = (text: string, done: (status: number | undefined, body: string) => void, tries = 1): void => {
    const target = deviations.has("http-token-in-url") ? `${RPC_PATH}?token=${token}` : RPC_PATH;
    const address = proxied() ?? addressOf(parts.url, deviations);
    let ended = false;
    const end = (status?: number, body = ""): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      open--;
      const counts = text.includes('"conformance.count"') && deviations.has("http-resends-counts");
      if (status === undefined && tries > 0 && (deviations.has("http-retries") || counts))
        post(text, done, 0);
      else done(status, body);
      parts.changed();
    };
    open++;
    const call = request(
      {
        ...address,
        agent: false,
        method: "POST",
        path: target,
        headers: {
          Authorization: `Bearer ${token}`,
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(text),
          Host: address?.port === undefined ? "localhost" : `127.0.0.1:${address.port}`,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        const { statusCode = 0, headers } = response;
        if (
          statusCode >= 300 &&
          statusCode < 400 &&
          headers.location &&
          deviations.has("http-redirects-followed")
        )
          request(headers.location, { method: "POST" })
            .on("error", () => {})
            .end(text);
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", () => end());
        response.on("end", () => end(statusCode, Buffer.concat(chunks).toString("utf8")));
      },
    );
    call.on("error", () => end());
    call.end(text);
    let timeoutMs: number | undefined;
    if (first) {
      timeoutMs = parts.openTimeoutMs;
      if (deviations.has("second-leg-long")) timeoutMs = 600_000;
      if (deviations.has("second-leg-short")) timeoutMs = 500;
    }
    first = false;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => (call.destroy(), end()), timeoutMs);
  };
  const ask = (frame: Frame, text: string): void =>
    post(text, (status, body) => {
      const value = status === 200 ? parse(body) : undefined;
      if (value === undefined || value["id"] !== frame["id"]) parts.lost(frame["id"]);
      else parts.frame(value);
    });
  /** `session.result` waits behind them (`http:notify:in-order`). */
  const next = (): void => {
    const entry = waiting[0];
    if (entry === undefined || notifying) return;
    waiting.shift();
    if (Object.hasOwn(entry.frame, "id")) {
      ask(entry.frame, entry.text);
      return next();
    }
    notifying = true;
    post(entry.text, () => {
      notifying = false;
      next();
    });
  };

  return {
    get busy() {
      return open > 0 || waiting.length > 0;
    },
    send(frame, text) {
      const isRequest = Object.hasOwn(frame, "id");
      const isResult = frame["method"] === "session.result" && !deviations.has("http-result-overtakes");
      if (isRequest && !isResult) return ask(frame, text);
      if (!isRequest && deviations.has("http-notifications-at-once")) return post(text, () => {});
      waiting.push({ frame, text });
      next();
    },
  };
}

function parse(body: string): WireObject | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as WireObject) : undefined;
  } catch {
    return undefined;
  }
}
