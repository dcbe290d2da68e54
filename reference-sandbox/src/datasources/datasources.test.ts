import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plain, runs, until, withSources, type Case, type Place } from "./testing/case.js";
import { CASES } from "./testing/cases.js";
import { runFile, startFile } from "./testing/run-file.js";
import { startServers, type Servers } from "./testing/servers.js";
import { VALUE_CASES } from "./testing/value-cases.js";
import { RUNTIMES, type Runtime } from "../testing/runtimes.js";

/** Four servers are set up on what may be a busy machine. */
const LONG = 600_000;

let servers: Servers;
let place: { readonly SANDPIPE_TEST_PLACE: string };
beforeAll(async () => {
  servers = await startServers();
  const { stop: _stop, ...rest } = servers;
  place = { SANDPIPE_TEST_PLACE: JSON.stringify(rest satisfies Place) };
}, LONG);
afterAll(() => servers.stop(), LONG);

const RUNS: readonly { runtime: Runtime; zone: string; which: string; cases: readonly Case[] }[] = [
  { runtime: "node", zone: "America/New_York", which: "all", cases: CASES },
  { runtime: "bun", zone: "Asia/Tokyo", which: "all", cases: CASES },
  { runtime: "node", zone: "Asia/Tokyo", which: "values", cases: VALUE_CASES },
  { runtime: "bun", zone: "America/New_York", which: "values", cases: VALUE_CASES },
];

describe.each(RUNS)("in $runtime with TZ=$zone, $which:", ({ runtime, zone, which, cases }) => {
  const results = new Map<string, unknown>();
  beforeAll(async () => {
    const env = { ...place, TZ: zone, SANDPIPE_TEST_CASES: which };
    const { stdout } = await runFile(runtime, "run-cases.ts", env);
    for (const line of stdout.trim().split("\n")) {
      const { name, result } = JSON.parse(line) as { name: string; result: unknown };
      results.set(name, result);
    }
  }, LONG);

  test.each(cases)("$name", ({ name, expected }) => {
    expect(results.get(name)).toEqual(expected);
  });

  test("nothing warns", () => expect(results.get("warnings")).toEqual([]));
});

describe.each(RUNTIMES)("in %s:", (runtime) => {
  test("R32: a script that queries and closes nothing ends by itself", async () => {
    const { stdout } = await runFile(runtime, "scenario.ts", place, "leave-open");
    expect(stdout).toBe("done\n");
  });

  test("R60: what a killed sandbox ran is stopped by the servers themselves", async () => {
    const marker = `killed_${runtime}_${process.pid}`;
    const child = startFile(runtime, "scenario.ts", place, "hang", marker);
    const exited = once(child, "exit");
    await withSources([plain("pg", servers.postgres.url), plain("my", servers.mysql.url)], async (get) => {
      for (const name of ["pg", "my"]) expect(await until(() => runs(get(name), marker))).toBe(true);
      child.kill("SIGKILL");
      await exited;
      for (const name of ["pg", "my"])
        expect(await until(async () => !(await runs(get(name), marker)))).toBe(true);
    });
  });
});

test("R65: a server that stops in mid-query is an error, and so is every query after it", async () => {
  const sleeps = { postgresTls: "select pg_sleep(60)", mysqlTls: "select sleep(60)" };
  for (const [server, sleep] of Object.entries(sleeps) as ["postgresTls" | "mysqlTls", string][])
    await withSources([plain("db", servers[server].url)], async (get) => {
      const db = get("db");
      const marker = `stopped_${process.pid}`;
      const query = db.query(`${sleep} /* ${marker} */`);
      query.catch(() => undefined);
      expect(await until(() => runs(db, marker))).toBe(true);
      await servers[server].stop();
      await expect(query).rejects.toMatchObject({ code: "not_available" });
      await expect(db.query("select 1")).rejects.toMatchObject({ code: "not_available" });
    });
});
