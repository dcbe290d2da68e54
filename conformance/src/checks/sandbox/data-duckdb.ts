import * as fc from "fast-check";
import { mostOf } from "../../arbitraries/most-of.js";
import { sandboxCheck } from "../check.js";
import { sql } from "./data-query.js";
import { failedFact, resultFact } from "./facts.js";
import { give, range } from "./steps.js";

/** What would reach beyond the sandbox's own folders, or open the way there. */
const REACHING_OUT = [
  "select content from read_text('/etc/passwd')",
  "select file from glob('/etc/*')",
  "copy (select 1 as a) to '/dev/null'",
  "attach '/etc/passwd' as other",
  "set enable_external_access = true",
];

/** Each query in its turn, after one that must succeed. */
function inTurn(queries: readonly string[]) {
  const of = range(2, queries.length + 1);
  return [
    give(
      sql(1, "duckdb", "select 1 as v"),
      ...queries.flatMap((query, index) => [
        { n: 100 + index, do: "await", of: index + 1 } as const,
        sql(index + 2, "duckdb", query),
      ]),
    ),
    { do: "await-done", of: [1, ...of] } as const,
  ];
}

// R59
const confined = sandboxCheck("data:duckdb:confined", {
  given: mostOf(REACHING_OUT),
  needs: ["sql.duckdb"],
  when: (queries) => ({ steps: inTurn(queries) }),
  then: (seen, queries) => [
    resultFact(seen, 1, [{ v: 1 }]),
    ...queries.map((_, index) => failedFact(seen, index + 2)),
  ],
  reach: { count: (_, queries) => queries.length, floor: 6 },
  runs: 4,
});

/** Moments around a change of clocks, and what they are called there. */
const LOCAL_TIMES = [
  ["Europe/Berlin", "2024-03-31 01:30:00", "2024-03-31 03:30:00"],
  ["America/New_York", "2024-11-03 06:30:00", "2024-11-03 01:30:00"],
  ["Asia/Kolkata", "2024-01-01 00:00:00", "2024-01-01 05:30:00"],
  ["Australia/Lord_Howe", "2024-04-06 15:15:00", "2024-04-07 01:45:00"],
] as const;

/** What no DuckDB has built in. */
const EXTENSIONS = ["httpfs", "spatial", "sqlite_scanner"];

// R58
const offline = sandboxCheck("data:duckdb:offline", {
  given: fc.record({ times: mostOf(LOCAL_TIMES), extensions: mostOf(EXTENSIONS) }),
  needs: ["sql.duckdb"],
  when: ({ times, extensions }) => ({
    steps: inTurn([
      ...times.map(([zone, utc]) => `select (timestamptz '${utc}+00' at time zone '${zone}')::varchar as t`),
      ...extensions.map((name) => `load ${name}`),
    ]),
  }),
  then: (seen, { times, extensions }) => [
    ...times.map(([, , local], index) => resultFact(seen, index + 2, [{ t: local }])),
    ...extensions.map((_, index) => failedFact(seen, index + 2 + times.length)),
  ],
  reach: { count: (_, { times, extensions }) => times.length + extensions.length, floor: 8 },
  runs: 4,
});

/** Checks of the area `data` that are about the DuckDB in the sandbox's own process. */
export const dataDuckdbChecks = [confined, offline];
