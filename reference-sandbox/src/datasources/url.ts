/** What the url of a datasource says; what it leaves out is undefined. */
export interface UrlParts {
  host?: string;
  port?: number;
  /** A Unix socket (MySQL: the file; PostgreSQL: its folder or the file). */
  socket?: string;
  user?: string;
  password?: string;
  database?: string;
  /** The value of the parameter that speaks of TLS, and its name. */
  tls?: { readonly parameter: string; readonly word: string };
}

const SCHEMES = { postgres: ["postgres:", "postgresql:"], mysql: ["mysql:", "mariadb:"] } as const;
const TLS_PARAMETERS = ["tls", "ssl", "sslmode", "ssl-mode"];

/**
 * Takes a url such as `postgres://user@host:5432/db?sslmode=verify-full` or `mysql:///db?socket=/run/my.sock` apart.
 * PostgreSQL's `host=/folder` names a Unix socket. A parameter that isn't known is an error: a driver that ignores one
 * may ignore the demand for TLS (R66).
 *
 * @throws Error that names the fault, and no part that can hold a password.
 */
export function parseDatasourceUrl(kind: "postgres" | "mysql", text: string): UrlParts {
  // WHATWG refuses credentials without a host, libpq's urls have them beside host=/folder.
  const url = parse(text.replace(/^([a-z]+:\/\/[^/?#]*@)(?=[/?]|$)/i, "$1localhost"));
  if (!(SCHEMES[kind] as readonly string[]).includes(url.protocol))
    throw new Error(`has a url of scheme ${url.protocol} where ${SCHEMES[kind].join(" or ")} is expected`);
  const parts: UrlParts = {};
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1");
  if (host.startsWith("/")) parts.socket = host;
  else if (host !== "") parts.host = host;
  if (url.port !== "") parts.port = Number(url.port);
  if (url.username !== "") parts.user = decodeURIComponent(url.username);
  if (url.password !== "") parts.password = decodeURIComponent(url.password);
  if (url.pathname.length > 1) parts.database = decodeURIComponent(url.pathname.slice(1));
  for (const [name, value] of url.searchParams) readParameter(parts, name, value);
  return parts;
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Error("has a url that can't be read; expected e.g. postgres://user@host:5432/database");
  }
}

function readParameter(parts: UrlParts, name: string, value: string): void {
  if (TLS_PARAMETERS.includes(name)) {
    if (parts.tls !== undefined) throw new Error(`has both ${parts.tls.parameter} and ${name} in its url`);
    parts.tls = { parameter: name, word: value };
  } else if (name === "host" && !value.startsWith("/")) parts.host = value;
  else if (name === "host" || name === "socket") parts.socket = value;
  else if (name === "port") parts.port = port(value);
  else if (name === "user") parts.user = value;
  else if (name === "password") parts.password = value;
  else if (name === "dbname") parts.database = value;
  else
    throw new Error(
      `has the parameter ${JSON.stringify(name)} in its url, which isn't known; ` +
        `known: host, port, socket, user, password, dbname, ${TLS_PARAMETERS.join(", ")}`,
    );
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_535)
    throw new Error(`has the port ${JSON.stringify(text)} in its url, which is none`);
  return number;
}
