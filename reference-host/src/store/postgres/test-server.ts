import { randomUUID } from "node:crypto";
import pg from "pg";

/** A real PostgreSQL server of the test's own, or the one that SANDPIPE_TEST_PG_URL names. */
export interface TestServer {
  readonly url: string;
  /** Makes an empty database and gives its URL. */
  newDatabase(): Promise<string>;
  /** Runs one statement as the administrator. */
  administer<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** The server is started by the project's scripts, which are outside of this package's sources. */
const SCRIPT = new URL("../../../../scripts/services/postgres.ts", import.meta.url).href;

/** Starts the server, in about a second. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env["SANDPIPE_TEST_PG_URL"];
  const service = given === undefined ? await start() : { url: given, stop: async () => {} };
  const pool = new pg.Pool({ connectionString: service.url, max: 2 });
  pool.on("error", () => undefined);
  const made: string[] = [];
  const administer: TestServer["administer"] = async (sql, values = []) =>
    (await pool.query(sql, [...values])).rows as never;
  return {
    url: service.url,
    administer,
    async newDatabase() {
      const name = `sandpipe_test_${randomUUID().replaceAll("-", "")}`;
      await administer(`CREATE DATABASE ${name}`);
      made.push(name);
      const url = new URL(service.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    async stop() {
      for (const name of made) await administer(`DROP DATABASE ${name} WITH (FORCE)`);
      await pool.end();
      await service.stop();
    },
  };
}

async function start(): Promise<{ url: string; stop(): Promise<void> }> {
  const { startPostgres } = (await import(SCRIPT)) as {
    startPostgres(): Promise<{ url: string; stop(): Promise<void> }>;
  };
  return startPostgres();
}
