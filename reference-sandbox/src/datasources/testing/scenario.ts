/**
 * What a script can do that its datasources must survive, against the servers of SANDPIPE_TEST_PLACE (JSON):
 * `leave-open` queries and closes nothing; `hang MARKER` runs statements that the process doesn't live to see the end of.
 */
import { writeSync } from "node:fs";
import type { Datasource } from "@sandpipe/spec/v1";
import { createDatasources } from "../index.js";
import { noDuckdb, type Place } from "./case.js";

const place = JSON.parse(process.env["SANDPIPE_TEST_PLACE"] ?? "") as Place;
const [scenario, marker] = process.argv.slice(2);
const common = { tls: "off", readOnly: true } as const;
const sources = createDatasources(
  () =>
    [
      { name: "pg", kind: "postgres", url: place.postgres.url, ...common },
      { name: "my", kind: "mysql", url: place.mysql.url, ...common },
    ] satisfies Datasource[],
  noDuckdb,
);

if (scenario === "leave-open") {
  for (const name of ["pg", "my", "pg", "my"]) {
    await Promise.all([sources.get(name).query("select 1 x"), sources.get(name).query("select 2 x")]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  writeSync(1, "done\n");
} else {
  await Promise.all([
    sources.get("pg").query(`select pg_sleep(60) /* ${marker} */`, [], { timeoutMs: 0 }),
    // MySQL doesn't look whether its client lives while it sleeps: its own limit ends what a dead sandbox left.
    sources.get("my").query(`select sleep(60) /* ${marker} */`, [], { timeoutMs: 5000 }),
  ]);
}
