import { randomBytes } from "node:crypto";
import { UsageError } from "../runner/usage-error.js";

/** A kind of database server that a sandbox connects to by itself. */
export type ServerKind = "postgres" | "mysql";

/** Servers that the kit may use, by their urls: the user may create and drop what begins with `sandpipe_kit`. */
export type ServerUrls = Readonly<Partial<Record<ServerKind, string>>>;

/** The servers that the environment names: SANDPIPE_TEST_PG_URL and SANDPIPE_TEST_MYSQL_URL. */
export function environmentServers(env: Readonly<Record<string, string | undefined>>): ServerUrls {
  const { SANDPIPE_TEST_PG_URL: postgres, SANDPIPE_TEST_MYSQL_URL: mysql } = env;
  return { ...(postgres === undefined ? {} : { postgres }), ...(mysql === undefined ? {} : { mysql }) };
}

/** One statement on a server, and its rows. */
export type Ask = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** A real server, seen from the kit's own connection. */
export interface DatabaseServer {
  readonly kind: ServerKind;
  /** Where it listens, and who the sandbox is to be there. */
  readonly address: { readonly host: string; readonly port: number };
  readonly login: { readonly user: string; readonly password: string; readonly database: string };
  /** The table `sandpipe_kit_items(id, note)` with three rows; each run of the kit has its own. */
  readonly table: string;
  readonly ask: Ask;
  /** Whether it runs a statement with this text in it. */
  runs(marker: string): Promise<boolean>;
  close(): Promise<void>;
}

const PORTS = { postgres: 5432, mysql: 3306 } as const;
const ANSWER_MS = 30_000;
const FLAGS = { postgres: "--postgres", mysql: "--mysql" } as const;

/** What the kit knows of each kind beside how to connect. */
const RUNNING = {
  postgres: (marker: string) =>
    `select pid from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and query like '%${marker}%'`,
  mysql: (marker: string) =>
    `select id from information_schema.processlist where command <> 'Sleep' and id <> connection_id() and info like '%${marker}%'`,
} as const;

/** Connects to a server and makes the table. Rejects with `UsageError` that names the flag. */
export async function openServer(kind: ServerKind, text: string): Promise<DatabaseServer> {
  const url = readUrl(kind, text);
  const login = {
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
  };
  const address = { host: url.hostname.replace(/[[\]]/g, ""), port: Number(url.port || PORTS[kind]) };
  const table = `sandpipe_kit_items_${randomBytes(8).toString("hex")}`;
  const connection = await (kind === "postgres" ? connectPostgres : connectMysql)({
    ...address,
    ...login,
  }).catch((error: unknown) => {
    throw new UsageError(
      `${FLAGS[kind]}: can't connect: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  // One connection serves one statement at a time; sessions ask side by side.
  let last: Promise<unknown> = Promise.resolve();
  const ask: Ask = (sql) => {
    const rows = last.then(() => inTime(connection.ask(sql), FLAGS[kind]));
    last = rows.catch(() => undefined);
    return rows;
  };
  await ask(`create table ${table}(id integer, note varchar(200))`);
  await ask(`insert into ${table} values (1, 'one'), (2, 'two'), (3, 'three')`);
  return {
    ...{ kind, address, login, table, ask },
    runs: async (marker) => (await ask(RUNNING[kind](marker))).length > 0,
    async close() {
      // A sandbox that writes though it must not leaves tables of this name and more.
      const made = await ask(
        `select table_name as name from information_schema.tables where table_name like '${table}%'`,
      ).catch(() => []);
      for (const { name } of made) await ask(`drop table ${String(name)}`).catch(() => undefined);
      await connection.close();
    },
  };
}

/** What comes of a statement; rejects when the server says nothing for long, so that the kit never hangs with it. */
async function inTime<Rows>(rows: Promise<Rows>, flag: string): Promise<Rows> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const told = new Error(
      `the server that ${flag} names gave no answer in ${ANSWER_MS / 1000} s: look at its log`,
    );
    timer = setTimeout(() => reject(told), ANSWER_MS);
  });
  return Promise.race([rows, silence]).finally(() => clearTimeout(timer));
}

interface Connection {
  readonly ask: Ask;
  /** Also while a statement is under way. */
  close(): Promise<void>;
}

type ConnectTo = DatabaseServer["address"] & DatabaseServer["login"];

function readUrl(kind: ServerKind, text: string): URL {
  const schemes = kind === "postgres" ? ["postgres:", "postgresql:"] : ["mysql:", "mariadb:"];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && schemes.includes(url.protocol) && url.hostname !== "" && url.pathname.length > 1)
    return url;
  throw new UsageError(
    `${FLAGS[kind]} takes a url such as ${schemes[0]}//user@127.0.0.1:${PORTS[kind]}/database`,
  );
}

async function connectPostgres(to: ConnectTo): Promise<Connection> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ ...to, ssl: false });
  client.on("error", () => undefined);
  await client.connect();
  return {
    ask: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows,
    close: () => client.end(),
  };
}

async function connectMysql(to: ConnectTo): Promise<Connection> {
  const { default: mysql } = await import("mysql2/promise");
  const connection = await mysql.createConnection(to);
  connection.on("error", () => undefined);
  return {
    ask: async (sql) => {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
    },
    close: async () => connection.destroy(),
  };
}
