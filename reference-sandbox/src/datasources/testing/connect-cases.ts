import type { Datasource } from "@sandpipe/spec/v1";
import { outcome, plain, runs, until, withSources, type Case, type Place } from "./case.js";

type Tls = Partial<Datasource>;

/** What becomes of a query on a server that was asked for TLS in this way: whether it was encrypted, or the error. */
async function encrypted(url: string, tls: Tls): Promise<unknown> {
  const kind = url.startsWith("postgres") ? "postgres" : "mysql";
  return withSources([{ name: "db", kind, url, ...tls }], async (get) => {
    const result = (await outcome(async () => {
      const rows = await get("db").query(
        kind === "postgres"
          ? "select case when ssl then 'yes' else 'no' end v from pg_stat_ssl where pid = pg_backend_pid()"
          : "select if(variable_value = '', 'no', 'yes') v from information_schema.session_status where variable_name = 'SSL_CIPHER'",
      );
      return rows[0]?.["v"];
    })) as { error?: unknown; value?: unknown };
    return result.error ?? `encrypted: ${String(result.value)}`;
  });
}

/** The same demand on both engines. */
async function both(
  place: Place,
  server: "plain" | "tls",
  tls: Tls,
  suffix = "",
): Promise<readonly unknown[]> {
  const urls =
    server === "plain" ? [place.postgres.url, place.mysql.url] : [place.postgresTls.url, place.mysqlTls.url];
  const named = urls.map((url) => `${url.replace("127.0.0.1", "localhost")}${suffix}`);
  return Promise.all(named.map((url) => encrypted(url, tls)));
}

const REFUSED = ["not_available", "not_available"];
const ENCRYPTED = ["encrypted: yes", "encrypted: yes"];

/** How a connection is made: TLS that never turns into less (R66), and sockets. */
export const CONNECT_CASES: readonly Case[] = [
  {
    name: "R66: a server without TLS is refused unless plain text is asked for",
    expected: {
      byDefault: REFUSED,
      require: REFUSED,
      verify: REFUSED,
      urlRequire: REFUSED,
      urlVerify: REFUSED,
      off: ["encrypted: no", "encrypted: no"],
    },
    run: async (place) => ({
      byDefault: await both(place, "plain", {}),
      require: await both(place, "plain", { tls: "require" }),
      verify: await both(place, "plain", { tls: "verify" }),
      urlRequire: await both(place, "plain", {}, "?sslmode=require"),
      urlVerify: await both(place, "plain", {}, "?ssl=verify-full"),
      off: await both(place, "plain", { tls: "off" }),
    }),
  },
  {
    name: "R66: words of TLS that aren't known, or promise less than they say, are errors",
    expected: Array.from({ length: 7 }, () => REFUSED),
    run: (place) =>
      Promise.all([
        both(place, "tls", {}, "?sslmode=bogus"),
        both(place, "tls", {}, "?sslmode=prefer"),
        both(place, "tls", {}, "?ssl=true"),
        both(place, "tls", { tls: "yes" as never }),
        both(place, "tls", {}, "?sslmode=require&ssl=off"),
        both(place, "tls", { tls: "off" }, "?sslmode=require"),
        both(place, "tls", { tls: "require" }, "?sslcert=x"),
      ]),
  },
  {
    name: "R66: a certificate of an unknown authority passes require and nothing more",
    expected: {
      byDefault: REFUSED,
      verify: REFUSED,
      urlVerify: REFUSED,
      require: ENCRYPTED,
      urlRequire: ENCRYPTED,
    },
    run: async (place) => ({
      byDefault: await both(place, "tls", {}),
      verify: await both(place, "tls", { tls: "verify" }),
      urlVerify: await both(place, "tls", {}, "?sslmode=verify-full"),
      require: await both(place, "tls", { tls: "require" }),
      urlRequire: await both(place, "tls", {}, "?sslmode=require"),
    }),
  },
  {
    name: "R66: verify takes the given authority for the server's own name, and for no other",
    expected: { right: ENCRYPTED, named: ENCRYPTED, other: REFUSED, address: REFUSED },
    run: async (place) => {
      const { ca } = place;
      const byAddress = [place.postgresTls.url, place.mysqlTls.url];
      return {
        right: await both(place, "tls", { tls: "verify", options: { ca } }),
        named: await Promise.all(
          byAddress.map((url) => encrypted(url, { tls: "verify", options: { ca, servername: "localhost" } })),
        ),
        other: await both(place, "tls", { tls: "verify", options: { ca, servername: "example.org" } }),
        address: await Promise.all(
          byAddress.map((url) => encrypted(url, { tls: "verify", options: { ca } })),
        ),
      };
    },
  },
  {
    name: "a query over TLS is stopped on the server as well",
    expected: ["timeout", true, "timeout", true],
    run: async ({ postgresTls, mysqlTls }) => {
      const results: unknown[] = [];
      for (const [url, sleep] of [
        [postgresTls.url, "select pg_sleep(60)"],
        [mysqlTls.url, "select sleep(60)"],
      ] as const)
        await withSources([plain("db", url, { tls: "require" })], async (get) => {
          const db = get("db");
          const marker = `tls_${process.pid}`;
          const result = await outcome(() => db.query(`${sleep} /* ${marker} */`, [], { timeoutMs: 500 }));
          results.push(
            (result as { error?: string }).error,
            await until(async () => !(await runs(db, marker))),
          );
        });
      return results;
    },
  },
  {
    name: "a Unix socket is a server like any other, in every spelling",
    expected: Array.from({ length: 5 }, () => ({ value: [{ x: 1 }] })),
    run: ({ postgres, mysql }) => {
      const folder = postgres.socket.replace(/\/[^/]*$/, "");
      const sources = [
        { kind: "postgres", socket: postgres.socket, user: "postgres", database: "postgres" },
        { kind: "postgres", url: `postgres://postgres@/postgres?host=${folder}&port=${postgres.port}` },
        {
          kind: "postgres",
          url: `postgres://postgres@${encodeURIComponent(folder)}:${postgres.port}/postgres`,
        },
        { kind: "mysql", socket: mysql.socket, user: "test", database: "test" },
        { kind: "mysql", url: `mysql://test@/test?socket=${mysql.socket}` },
      ] as const;
      return withSources(
        sources.map((source, index) => ({ name: String(index), ...source })),
        (get) =>
          Promise.all(sources.map((_source, index) => outcome(() => get(String(index)).query("select 1 x")))),
      );
    },
  },
];
