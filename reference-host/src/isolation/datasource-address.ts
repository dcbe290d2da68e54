import { statSync } from "node:fs";
import { join } from "node:path";
import type { Datasource } from "@sandpipe/spec/v1";

/** Where the server of a datasource is, and its entry of `session.open` without that. */
export interface Addressed {
  readonly address: { readonly socket: string } | { readonly host: string; readonly port: number };
  readonly entry: Omit<Datasource, "url" | "socket">;
}

/** A datasource that no isolated script could reach by its entry. */
export class DatasourceError extends TypeError {
  override readonly name = "datasource_unreachable";
}

const PORTS = { postgres: 5432, mysql: 3306 } as const;
const TLS_PARAMETERS = ["tls", "ssl", "sslmode", "ssl-mode"];

/** Words for TLS as URLs have them, in the words of an entry. */
const TLS_WORDS: Readonly<Record<string, NonNullable<Datasource["tls"]>>> = {
  ...{ off: "off", disable: "off", disabled: "off" },
  ...{ require: "require", required: "require" },
  ...{ verify: "verify", "verify-full": "verify", verify_identity: "verify" },
};

/**
 * Takes the address of a PostgreSQL, MySQL or MariaDB server out of its entry. The rest keeps its meaning: what TLS
 * verifies by default is still the server's own name, however the connection gets there.
 * @throws DatasourceError that names the datasource and no part that can hold a password
 */
export function addressDatasource(source: Datasource & { readonly kind: "postgres" | "mysql" }): Addressed {
  const { url, socket, ...entry } = source;
  const port = PORTS[source.kind];
  if (url === undefined) {
    if (socket === undefined) throw fault(source, "has neither a url nor a socket");
    return { address: { socket: socketFile(socket, port) }, entry };
  }
  const parts = readUrl(source, url);
  const told = {
    ...(parts.user !== undefined && { user: parts.user }),
    ...(parts.password !== undefined && { password: parts.password }),
    ...(parts.database !== undefined && { database: parts.database }),
    ...entry,
  };
  const path = socket ?? parts.socket;
  const tls = entry.tls ?? parts.tls;
  if (path !== undefined) {
    return {
      address: { socket: socketFile(path, parts.port ?? port) },
      entry: { ...told, ...(tls && { tls }) },
    };
  }
  const host = parts.host ?? "localhost";
  return {
    address: { host, port: parts.port ?? port },
    entry: { ...told, tls: tls ?? "verify", options: { servername: host, ...entry.options } },
  };
}

interface UrlParts {
  host?: string;
  port?: number;
  socket?: string;
  user?: string;
  password?: string;
  database?: string;
  tls?: NonNullable<Datasource["tls"]>;
}

function readUrl(source: Datasource, text: string): UrlParts {
  // WHATWG refuses credentials without a host; libpq has them beside host=/folder.
  const whole = text.replace(/^([a-z]+:\/\/[^/?#]*@)(?=[/?]|$)/i, "$1localhost");
  if (!URL.canParse(whole))
    throw fault(source, "has a url that can't be read: write postgres://user@host:5432/database");
  const url = new URL(whole);
  const parts: UrlParts = {};
  try {
    const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1");
    if (host.startsWith("/")) parts.socket = host;
    else if (host !== "") parts.host = host;
    if (url.port !== "") parts.port = Number(url.port);
    if (url.username !== "") parts.user = decodeURIComponent(url.username);
    if (url.password !== "") parts.password = decodeURIComponent(url.password);
    if (url.pathname.length > 1) parts.database = decodeURIComponent(url.pathname.slice(1));
  } catch {
    throw fault(source, "has a url with a % that escapes nothing: write it as %25");
  }
  for (const [name, value] of url.searchParams) readParameter(source, parts, name, value);
  return parts;
}

function readParameter(source: Datasource, parts: UrlParts, name: string, value: string): void {
  if (TLS_PARAMETERS.includes(name)) {
    const tls = TLS_WORDS[value.toLowerCase()];
    // R66: a word that promises less than it says, or nothing, is no reason to go on in plain text.
    if (tls === undefined)
      throw fault(source, `has an unknown ${name} in its url: use off, require or verify`);
    parts.tls = tls;
  } else if (name === "host" && !value.startsWith("/")) parts.host = value;
  else if (name === "host" || name === "socket") parts.socket = value;
  else if (name === "port" && /^\d{1,5}$/.test(value)) parts.port = Number(value);
  else if (name === "user") parts.user = value;
  else if (name === "password") parts.password = value;
  else if (name === "dbname") parts.database = value;
  else throw fault(source, `has the parameter ${JSON.stringify(name)} in its url, which can't be used`);
}

/** PostgreSQL's own clients name the folder of the socket. */
function socketFile(path: string, port: number): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, `.s.PGSQL.${port}`) : path;
}

function fault({ name }: Datasource, what: string): DatasourceError {
  return new DatasourceError(`The datasource ${name} ${what}`);
}
