/** Where a server is bound, as far as a Host header can tell. */
export type Bound = { readonly kind: "tcp"; readonly port: number } | { readonly kind: "unix" };

// `http:host:loopback-served`
const TCP_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::([0-9]{1,5}))?$/i;
const HTTP_PORT = "80";

/**
 * Whether a request may come from elsewhere than this machine's own programs: a Host that isn't ours, since a
 * rebound page is same-origin and sends no Origin (`http:host:foreign-refused`), or any Origin at all, `null` and
 * empty included (`http:origin:any-refused`). Takes raw headers: a parsed object hides that a line came twice.
 */
export function isForeign(rawHeaders: readonly string[], bound: Bound): boolean {
  if (headerLines(rawHeaders, "origin").length > 0) return true;
  const [host, ...more] = headerLines(rawHeaders, "host");
  if (host === undefined || more.length > 0) return true;
  const match = TCP_HOST.exec(host);
  if (match === null) return true;
  const port = match[1];
  // A client names no port where it is the scheme's own; a Unix socket has none.
  if (bound.kind === "unix") return false;
  return (port ?? HTTP_PORT) !== String(bound.port);
}

/** The token of the one Authorization header, or undefined where there is none that could name a session. */
export function readBearerToken(rawHeaders: readonly string[]): string | undefined {
  const [line, ...more] = headerLines(rawHeaders, "authorization");
  if (line === undefined || more.length > 0) return undefined;
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(line)?.[1];
}

/** Whether the one Content-Type is JSON; its parameters change nothing, since JSON is UTF-8 (`http:rpc:wrong-type`). */
export function isJsonType(rawHeaders: readonly string[]): boolean {
  const [line, ...more] = headerLines(rawHeaders, "content-type");
  return line !== undefined && more.length === 0 && /^application\/json[ \t]*(?:;|$)/i.test(line);
}

function headerLines(rawHeaders: readonly string[], name: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if ((rawHeaders[at] as string).toLowerCase() === name) lines.push(rawHeaders[at + 1] as string);
  }
  return lines;
}
