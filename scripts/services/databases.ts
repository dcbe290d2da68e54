import { startMariadb } from "./mariadb.js";
import { startPostgres } from "./postgres.js";

/**
 * Starts the database servers that the environment names none of, and names them there (SANDPIPE_TEST_PG_URL and
 * SANDPIPE_TEST_MYSQL_URL), for whatever is started from here. Returns what stops them.
 */
export async function startDatabases(): Promise<() => Promise<unknown>> {
  const services = await Promise.all([
    process.env["SANDPIPE_TEST_PG_URL"] === undefined ? startPostgres() : undefined,
    process.env["SANDPIPE_TEST_MYSQL_URL"] === undefined ? startMariadb() : undefined,
  ]);
  process.env["SANDPIPE_TEST_PG_URL"] ??= services[0]?.url;
  process.env["SANDPIPE_TEST_MYSQL_URL"] ??= services[1]?.url;
  return () => Promise.all(services.map((service) => service?.stop()));
}
