import type { Step } from "@sandpipe/spec/control";
import * as fc from "fast-check";
import { clientMessages } from "../../databases/client-messages.js";
import { ASK_FOR_FILE, LOCAL_FILES } from "../../databases/file-asking-server.js";
import type { ServerKind } from "../../databases/server.js";
import { ANY_SERVER, serversOf } from "../../target/sandbox-features.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import type { Subject } from "../../target/target.js";
import { sandboxCheck, type Fact } from "../check.js";
import { slow, sourcesOf, sql } from "./data-query.js";
import { exitFact, failedFact, resultFact } from "./facts.js";
import { barrier, BARRIER, give, range } from "./steps.js";

function serverOf(pick: number, subject: Subject): ServerKind {
  const servers = serversOf(subject);
  return servers[pick % Math.max(1, servers.length)] ?? "postgres";
}

/** Stands for what no other session's statement holds. */
const SESSION = "{session}";

const marker = fc.integer({ min: 10 ** 9, max: 10 ** 10 }).map((n) => `kit${n}`);

/** Statements that would change something; each is one that a database user with all rights may do. */
const WRITES = {
  insert: (id: number, note: string) => `insert into {table} values (${id}, '${note}')`,
  update: (_: number, note: string) => `update {table} set note = '${note}' where id = 1`,
  delete: () => "delete from {table} where id <= 3",
  create: (_: number, note: string) => `create table {table}_${note}(a integer)`,
  truncate: () => "truncate table {table}",
} as const;

/** What a script might try first. */
const PREPARES: Readonly<Record<ServerKind, string>> = {
  postgres: "set session characteristics as transaction read write",
  mysql: "set session transaction read write",
};

const readOnly = sandboxCheck("data:query:read-only", {
  given: fc.record({
    pick: fc.nat(5),
    marker,
    id: fc.integer({ min: 1_000, max: 2_000_000_000 }),
    writes: fc.uniqueArray(fc.constantFrom(...(Object.keys(WRITES) as (keyof typeof WRITES)[])), {
      minLength: 1,
    }),
    prepares: fc.boolean(),
  }),
  needs: [ANY_SERVER],
  when: ({ pick, marker: note, id, writes, prepares }, subject) => {
    const kind = serverOf(pick, subject);
    const steps = writes.flatMap((write, index): Step[] => [
      ...(prepares ? [sql(100 + index, kind, PREPARES[kind]), awaits(200 + index, 100 + index)] : []),
      sql(index + 1, kind, WRITES[write](id, note)),
      awaits(300 + index, index + 1),
    ]);
    const allowed = `${kind}-writable`;
    return {
      datasources: [...sourcesOf(kind), ...sourcesOf(kind, { name: allowed, readOnly: false })],
      steps: [
        give(...steps, sql(500, allowed, WRITES.insert(id, `${note}-allowed`))),
        { do: "await-done", of: [...writes.map((_, index) => index + 1), 500] },
        { do: "ask-server", n: 1, on: kind, query: `select id from {table} where note = '${note}'` },
        { do: "ask-server", n: 2, on: kind, query: "select id from {table} where id <= 3" },
        {
          do: "ask-server",
          n: 3,
          on: kind,
          query: `select distinct id from {table} where id = ${id} and note = '${note}-allowed'`,
        },
        {
          do: "ask-server",
          n: 4,
          on: kind,
          query: `select table_name from information_schema.tables where table_name = '{table}_${note}'`,
        },
      ],
    };
  },
  then: (seen, { writes }) => [
    ...writes.map((_, index) => failedFact(seen, index + 1)),
    rowsFact(seen, 1, 0, "rows that were written by a read-only datasource"),
    rowsFact(seen, 2, 3, "rows that were there before"),
    rowsFact(seen, 4, 0, "tables that were made by a read-only datasource"),
    rowsFact(seen, 3, 1, "rows that were written by a datasource that may"),
  ],
  reach: { count: (_, { writes }) => writes.length, floor: 4 },
  runs: 8,
});

function awaits(n: number, of: number): Step {
  return { n, do: "await", of };
}

function rowsFact(seen: SandboxSeen, n: number, expected: number, about: string): Fact {
  return { about: `${about}, as the server says`, expected, actual: seen.asked(n)?.length ?? "not asked" };
}

// R60
const limitsReachServer = sandboxCheck("data:query:limits-reach-server", {
  given: fc.record({ pick: fc.nat(5), timeoutMs: fc.option(fc.integer({ min: 500, max: 1_500 })) }),
  needs: [ANY_SERVER],
  when: ({ pick, timeoutMs }, subject) => {
    const on = serverOf(pick, subject);
    const ends = { do: "await-statement", on, runs: false } as const;
    return {
      datasources: sourcesOf(on),
      steps:
        timeoutMs === null
          ? [
              give(slow(1, on, SESSION)),
              { do: "await-statement", on, runs: true },
              give({ n: 2, do: "cancel", of: 1 }),
              { do: "await-done", of: [1] },
              ends,
              ...barrier(),
            ]
          : [give(slow(1, on, SESSION, timeoutMs)), { do: "await-done", of: [1] }, ends, ...barrier()],
    };
  },
  then: (seen) => [failedFact(seen, 1), resultFact(seen, BARRIER, "barrier")],
  reach: { count: (seen) => seen.done(1).length, floor: 3 },
  runs: 6,
});

const SOME_SECONDS: Readonly<Record<ServerKind, string>> = {
  postgres: "select pg_sleep(30)",
  mysql: "select sleep(30)",
};

// R65
const lostConnection = sandboxCheck("data:query:lost-connection", {
  given: fc.record({ pick: fc.nat(5), later: fc.integer({ min: 1, max: 4 }) }),
  needs: [ANY_SERVER],
  when: ({ pick, later }, subject) => {
    const on = serverOf(pick, subject);
    const of = laterOf(later);
    return {
      datasources: sourcesOf(on),
      steps: [
        give(sql(1, on, `${SOME_SECONDS[on]} /* ${SESSION} */`)),
        { do: "cut-datasource", name: on },
        { do: "await-done", of: [1] },
        // This one may be the first that finds a connection dead.
        give(sql(2, on, "select 2 as v"), awaits(3, 2), ...of.map((n) => sql(n, on, `select ${n} as v`))),
        { do: "await-done", of: [2, ...of] },
        ...barrier(),
      ],
    };
  },
  then: (seen, { later }) => [
    failedFact(seen, 1),
    ...laterOf(later).map((n) => resultFact(seen, n, [{ v: n }])),
    resultFact(seen, BARRIER, "barrier"),
    exitFact(seen, 0),
  ],
  reach: { count: (seen) => seen.done(1).length, floor: 3 },
  runs: 6,
});

function laterOf(count: number): readonly number[] {
  return range(11, 10 + count);
}

/** A demand for TLS: by the descriptor's own word, by its absence, or by a word in the url that nobody knows. */
interface Demand {
  readonly tls?: "require" | "verify";
  readonly parameter?: string;
}

// R66
const tlsNeverDowngraded = sandboxCheck("data:query:tls-never-downgraded", {
  given: fc.record({
    pick: fc.nat(5),
    demand: fc.constantFrom<Demand>(
      { tls: "require" },
      { tls: "verify" },
      {},
      { parameter: "bogus" },
      { parameter: "required-if-possible" },
    ),
  }),
  needs: [ANY_SERVER],
  when: ({ pick, demand }, subject) => {
    const kind = serverOf(pick, subject);
    const stripped = { manner: "strips-tls" } as const;
    return {
      datasources: [
        { ...stripped, kind, name: `${kind}-demands`, ...demand },
        { ...stripped, kind, name: `${kind}-plain`, tls: "off" },
      ],
      steps: [
        give(sql(1, `${kind}-demands`, "select 1 as v"), sql(2, `${kind}-plain`, "select 2 as v")),
        { do: "await-done", of: [1, 2] },
      ],
    };
  },
  then: (seen, { pick }, subject) => [
    failedFact(seen, 1),
    {
      about: "bytes in plain text to a server that refuses TLS",
      expected: 0,
      actual: Buffer.concat(seen.sentTo(`${serverOf(pick, subject)}-demands`)).length,
    },
    resultFact(seen, 2, [{ v: 2 }]),
  ],
  reach: { count: (seen) => seen.done(2).length, floor: 4 },
  runs: 8,
});

const noLocalInfile = sandboxCheck("data:query:no-local-infile", {
  given: fc.constantFrom("load data local infile 'x' into table t", "select 1", "show tables"),
  needs: ["sql.mysql"],
  when: (query) => ({
    datasources: [{ name: "asking", kind: "mysql", manner: "asks-for-file", tls: "off" }],
    steps: [
      // A client that is at a loss for an answer ends by this.
      give(sql(1, "asking", `${query} /* ${ASK_FOR_FILE} */`, { timeoutMs: 1_000 })),
      { do: "await-done", of: [1] },
      ...barrier(),
    ],
  }),
  then: (seen) => {
    const sent = seen.sentTo("asking");
    const logins = sent.flatMap((bytes) => clientMessages("mysql", bytes).slice(0, 1));
    return [
      {
        about: "logins that offer to send files",
        expected: 0,
        actual: logins.filter(({ body }) => (body.readUInt32LE(0) & LOCAL_FILES) !== 0).length,
      },
      {
        about: "the file in what was sent",
        expected: false,
        actual: Buffer.concat(sent).includes(seen.secret),
      },
      failedFact(seen, 1),
      resultFact(seen, BARRIER, "barrier"),
    ];
  },
  reach: { count: (seen) => (Buffer.concat(seen.sentTo("asking")).includes(ASK_FOR_FILE) ? 1 : 0) },
  runs: 3,
});

/** Checks of the area `data` that are about what a server sees. */
export const dataServerChecks = [
  readOnly,
  limitsReachServer,
  lostConnection,
  tlsNeverDowngraded,
  noLocalInfile,
];
