import { afterAll, beforeAll } from "vitest";

interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/** They lie outside this package, and are loaded by their place, so that its build doesn't take them in. */
async function load(name: string): Promise<Readonly<Record<string, () => Promise<Service>>>> {
  return import(new URL(`../../../scripts/services/${name}.ts`, import.meta.url).href);
}

/** Starts what the environment doesn't name of PostgreSQL and MariaDB for a test file, and names it there. */
export function useServers(): void {
  const started: Service[] = [];
  const start = async (variable: string, name: string, starter: string): Promise<void> => {
    if (process.env[variable] !== undefined) return;
    const service = await (await load(name))[starter]?.();
    if (service === undefined) throw new Error(`scripts/services/${name}.ts has no ${starter}`);
    started.push(service);
    process.env[variable] = service.url;
  };
  beforeAll(async () => {
    await start("SANDPIPE_TEST_PG_URL", "postgres", "startPostgres");
    await start("SANDPIPE_TEST_MYSQL_URL", "mariadb", "startMariadb");
  }, 600_000);
  afterAll(async () => {
    for (const service of started) await service.stop();
  }, 600_000);
}
