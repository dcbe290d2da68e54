import type { Part } from "./host-plan.js";

/** One HTTP request to a host, as data: what differs from a right POST to the session's address. */
export interface HttpAsk {
  /** Default `POST`. */
  readonly method?: string;
  /** Default the path of calls. */
  readonly path?: string;
  /**
   * Header lines in place of the standard ones of the same name; an empty list leaves the name out. `{port}`,
   * `{token}` and `{ended}` (the token of the plan's earlier session) stand for what is known only then.
   */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: Part;
  /** How the body's end is told; the two `unfinished` ones promise more than ever comes. */
  readonly framing?: "length" | "chunked" | "unfinished-length" | "unfinished-chunked";
}

/** What is known of a session's address only once it runs. */
export interface HttpAddress {
  readonly url: string;
  readonly token: string;
  readonly ended: string | undefined;
}

/** Where to connect to. */
export type HttpPlace = { readonly path: string } | { readonly host: string; readonly port: number };

export const RPC_PATH = "/api/mcp/rpc";

/** How much an unfinished body promises. */
const PROMISED_BYTES = 1_073_741_824;

/** The place that a `SANDPIPE_HTTP_URL` names; undefined when it has neither of its two forms. */
export function placeOf(url: string): HttpPlace | undefined {
  if (url.startsWith("unix:/")) return { path: url.slice("unix:".length) };
  const match = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})\/?$/.exec(url);
  if (match === null) return undefined;
  return { host: (match[1] as string).replace(/[[\]]/g, ""), port: Number(match[2]) };
}

/** The head of a request; `fill` puts in what only the session knows. */
export function headOf(ask: HttpAsk, bodyBytes: number | undefined, unix: boolean, keeps: boolean): string {
  const { method = "POST", path = RPC_PATH, framing = "length" } = ask;
  const standard: Record<string, readonly string[]> = {
    Host: [unix ? "localhost" : "127.0.0.1:{port}"],
    Authorization: ["Bearer {token}"],
    ...(bodyBytes === undefined
      ? {}
      : { "Content-Type": ["application/json"], ...lengthOf(framing, bodyBytes) }),
    Connection: [keeps ? "keep-alive" : "close"],
  };
  const lines = Object.entries({ ...standard, ...ask.headers }).flatMap(([name, values]) =>
    values.map((value) => `${name}: ${value}\r\n`),
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

function lengthOf(
  framing: NonNullable<HttpAsk["framing"]>,
  bytes: number,
): Record<string, readonly string[]> {
  if (framing === "chunked" || framing === "unfinished-chunked") return { "Transfer-Encoding": ["chunked"] };
  return { "Content-Length": [String(framing === "length" ? bytes : PROMISED_BYTES)] };
}

/** The body as it goes over the wire. */
export function frameBody(body: Uint8Array, framing: HttpAsk["framing"]): Uint8Array {
  if (framing !== "chunked" && framing !== "unfinished-chunked") return body;
  const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);
  return framing === "chunked" ? Buffer.concat([chunk, Buffer.from("0\r\n\r\n")]) : chunk;
}

/** Puts the address in place of its marks. */
export function fillAddress(text: string, address: HttpAddress, place: HttpPlace): string {
  return text
    .replaceAll("{port}", "port" in place ? String(place.port) : "")
    .replaceAll("{token}", address.token)
    .replaceAll("{ended}", address.ended ?? "none");
}
