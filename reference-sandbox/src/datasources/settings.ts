import { statSync } from "node:fs";
import { isIP } from "node:net";
import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Datasource } from "@sandpipe/spec/v1";
import { messageOf, SandpipeError } from "../errors.js";
import { readOptions, type DatasourceSettings } from "./options.js";
import { tlsMode, type TlsMode } from "./tls.js";
import { parseDatasourceUrl, type UrlParts } from "./url.js";

/** How to reach one server, read from its descriptor: nothing is left to a driver's own defaults or environment. */
export interface ConnectSettings {
  readonly name: string;
  readonly kind: "postgres" | "mysql";
  /** A Unix socket's path, or a TCP address. */
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: TlsMode;
  readonly readOnly: boolean;
  readonly options: DatasourceSettings;
}

const DEFAULT_PORT = { postgres: 5432, mysql: 3306 } as const;

/**
 * Reads the descriptor of a PostgreSQL or MySQL datasource; members of the descriptor and parameters of its url may not
 * contradict each other.
 *
 * @throws SandpipeError `not_available` that says what is wrong with the descriptor, never with its password.
 */
export function connectSettings(source: Datasource): ConnectSettings {
  if (source.kind === "duckdb") throw wrong(source, "is a file, no server");
  try {
    const url: UrlParts = source.url === undefined ? {} : parseDatasourceUrl(source.kind, source.url);
    const socket = either("socket", source.socket, url.socket);
    const port = url.port ?? DEFAULT_PORT[source.kind];
    if (socket === undefined && url.host === undefined)
      throw new Error("names neither a server (url) nor a Unix socket (socket)");
    if (socket !== undefined && !socket.startsWith("/"))
      throw new Error("has a socket that is no absolute path");
    const user = either("user", source.user, url.user) ?? userInfo().username;
    const options = readOptions(source.options ?? {});
    const tls = tlsMode(source.tls, url.tls, socket !== undefined);
    // mysql2 checks a certificate for "localhost" where it was told an address.
    if (source.kind === "mysql" && tls === "verify" && isIP(options.servername ?? url.host ?? "") !== 0)
      throw new Error(
        "has tls verify, but names its server by an address: name the host, or the certificate's name as options.servername",
      );
    return {
      name: source.name,
      kind: source.kind,
      address:
        socket === undefined
          ? { host: url.host ?? "", port }
          : { path: source.kind === "postgres" ? socketFile(socket, port) : socket },
      database: either("database", source.database, url.database) ?? (source.kind === "postgres" ? user : ""),
      user,
      password: either("password", source.password, url.password) ?? "",
      tls,
      readOnly: source.readOnly,
      options,
    };
  } catch (error) {
    throw wrong(source, messageOf(error));
  }
}

/** A database file, read from its descriptor. */
export interface FileSettings extends Pick<ConnectSettings, "name" | "options"> {
  readonly file: string;
}

/**
 * Reads the descriptor of a DuckDB file, which its `url` names: a `file:` URL or an absolute path.
 *
 * @throws SandpipeError `not_available` that says what is wrong with the descriptor.
 */
export function fileSettings(source: Datasource): FileSettings {
  const { name, url } = source;
  try {
    if (url === undefined) throw new Error("names no file (url)");
    const file = url.startsWith("file:") ? fileURLToPath(url) : url;
    if (!isAbsolute(file)) throw new Error("has a url that is neither a file: URL nor an absolute path");
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
      throw new Error(`names the file ${file}, which isn't there`);
    return { name, file, options: readOptions(source.options ?? {}) };
  } catch (error) {
    throw wrong(source, messageOf(error));
  }
}

function wrong(source: Datasource, what: string): SandpipeError {
  return new SandpipeError({
    code: "not_available",
    message: `datasource ${JSON.stringify(source.name)} ${what}`,
    data: { datasource: source.name },
  });
}

/** The one value of two places that may name it. */
function either(what: string, member: string | undefined, url: string | undefined): string | undefined {
  if (member !== undefined && url !== undefined && member !== url)
    throw new Error(`names its ${what} twice, and differently: in the url and beside it`);
  return member ?? url;
}

/** PostgreSQL's own clients name the folder of the socket; a host that binds it may name the file. */
function socketFile(path: string, port: number): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true ? join(path, `.s.PGSQL.${port}`) : path;
}
