import type { Step } from "@sandpipe/spec/control";
import * as fc from "fast-check";
import { text } from "../../arbitraries/text.js";
import { clientMessages } from "../../databases/client-messages.js";
import type { PlannedSource } from "../../databases/session-ways.js";
import { ANY_ENGINE, enginesOf, type Engine } from "../../target/sandbox-features.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import type { Subject } from "../../target/target.js";
import { sandboxCheck, type Fact } from "../check.js";
import { exitFact, resultFact } from "./facts.js";
import { give, range } from "./steps.js";
import { valueForm, type ValueForm } from "./value-forms.js";

/** The engine that a case's number means, counted round over those that can be judged. */
export function engineOf(pick: number, subject: Subject): Engine {
  const engines = enginesOf(subject);
  return engines[pick % Math.max(1, engines.length)] ?? "duckdb";
}

/** The datasources of a session on this engine: one, of the engine's own name; DuckDB needs none. */
export function sourcesOf(engine: Engine, more: Partial<PlannedSource> = {}): readonly PlannedSource[] {
  return engine === "duckdb" ? [] : [{ name: engine, kind: engine, manner: "passes", tls: "off", ...more }];
}

/** A query of the driver, by its number. */
export function sql(
  n: number,
  engine: string,
  query: string,
  more: Partial<Step & { do: "sql" }> = {},
): Step {
  return { n, do: "sql", engine, query, ...more };
}

// R57, R62, R63, R64
const valueForms = sandboxCheck("data:query:value-forms", {
  given: fc.record({ pick: fc.nat(5), values: fc.array(valueForm, { minLength: 8, maxLength: 20 }) }),
  needs: [ANY_ENGINE],
  when: ({ pick, values }, subject) => {
    const engine = engineOf(pick, subject);
    const query = `select ${written(values, engine)
      .map(([name, value]) => `${value} as ${name}`)
      .join(", ")}`;
    return {
      datasources: sourcesOf(engine),
      steps: [give(sql(1, engine, query)), { do: "await-done", of: [1] }],
    };
  },
  then: (seen, { pick, values }, subject) => {
    const rows = written(values, engineOf(pick, subject)).map(([name, , expected]) => [name, expected]);
    return [resultFact(seen, 1, [Object.fromEntries(rows) as unknown])];
  },
  reach: { count: (_, { values }) => values.length, floor: 40 },
  runs: 12,
});

const same = (sql: string): ValueForm["sql"] => ({ duckdb: sql, postgres: sql, mysql: sql });
/** In every session: a query of something, and a text that a decoder likes to cut. */
const ALWAYS: readonly ValueForm[] = [
  { sql: same("1"), expected: 1 },
  { sql: same("'\ufeffa'"), expected: "\ufeffa" },
];

function written(
  values: readonly ValueForm[],
  engine: Engine,
): [name: string, sql: string, expected: unknown][] {
  return [...ALWAYS, ...values].flatMap(({ sql: by, expected }, index) => {
    const value = by[engine];
    return value === undefined ? [] : [[`c${index}`, value, expected] as [string, string, unknown]];
  });
}

// R32
const columnsKept = sandboxCheck("data:query:columns-kept", {
  given: fc.record({
    pick: fc.nat(5),
    // Of three names among four columns one comes again.
    names: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 4, maxLength: 8 }),
  }),
  needs: [ANY_ENGINE],
  when: ({ pick, names }, subject) => {
    const engine = engineOf(pick, subject);
    const columns = names.map((name, index) => `${index} as ${name}`);
    return {
      datasources: sourcesOf(engine),
      steps: [give(sql(1, engine, `select ${columns.join(", ")}`)), { do: "await-done", of: [1] }],
    };
  },
  then: (seen, { names }) => {
    const before = (at: number): number => names.slice(0, at).filter((name) => name === names[at]).length;
    const named = names.map((name, at) => [before(at) === 0 ? name : `${name}_${before(at)}`, at] as const);
    return [resultFact(seen, 1, [Object.fromEntries(named)]), exitFact(seen, 0)];
  },
  reach: { count: (_, { names }) => names.length - new Set(names).size, floor: 6 },
  runs: 12,
});

const PARAMETER: Readonly<Record<Engine, string>> = {
  duckdb: "cast(? as varchar)",
  postgres: "$N::text",
  mysql: "cast(? as char)",
};
/** Messages in which a parameter may travel. */
const BINDING: Readonly<Record<string, readonly string[]>> = {
  postgres: ["B"],
  mysql: ["execute", "long-data"],
};

const hostile = fc
  .tuple(
    fc.constantFrom(
      "'",
      "''",
      "\\'",
      '"',
      "$1",
      "?",
      "'; drop table {table}; --",
      "\\",
      "%s",
      ":a",
      "E'\\x'",
    ),
    text,
  )
  .map(([first, rest]) => `${first}${rest.toWellFormed().replaceAll("\u0000", "")}`);

const parametersBound = sandboxCheck("data:query:parameters-bound", {
  given: fc.record({
    pick: fc.nat(5),
    marker: fc.integer({ min: 10 ** 9, max: 10 ** 10 }),
    values: fc.array(hostile, { minLength: 1, maxLength: 4 }),
  }),
  needs: [ANY_ENGINE],
  when: ({ pick, values, marker }, subject) => {
    const engine = engineOf(pick, subject);
    const columns = values.map((_, at) => `${PARAMETER[engine].replace("N", String(at + 1))} as c${at}`);
    const params = values.map((value) => marked(marker, value));
    return {
      datasources: sourcesOf(engine),
      steps: [
        give(sql(1, engine, `select ${columns.join(", ")}`, { params }), { n: 2, do: "await", of: 1 }),
        { do: "await-done", of: [1] },
      ],
    };
  },
  then: (seen, { pick, values, marker }, subject) => [
    resultFact(seen, 1, [
      Object.fromEntries(values.map((value, at) => [`c${at}`, marked(marker, value)])) as unknown,
    ]),
    ...travelFacts(seen, engineOf(pick, subject), marked(marker, "")),
  ],
  reach: { count: (_, { values }) => values.length, floor: 8 },
  runs: 12,
});

function marked(marker: number, value: string): string {
  return `m${marker}${value}`;
}

/** A parameter went over the way, and in messages that bind only. */
function travelFacts(seen: SandboxSeen, engine: Engine, marker: string): Fact[] {
  if (engine === "duckdb") return [];
  const types = seen
    .sentTo(engine)
    .flatMap((bytes) => clientMessages(engine, bytes))
    .filter(({ body }) => body.includes(marker))
    .map(({ type }) => type);
  const about = "messages to the server that hold a parameter";
  const bound = types.length > 0 && types.every((type) => BINDING[engine]?.includes(type));
  return [{ about, expected: BINDING[engine], actual: bound ? BINDING[engine] : types }];
}

const SLOW: Readonly<Record<Engine, string>> = {
  duckdb: "select count(*) as n from range(1000000000000) t(i) where i % 7 = 3",
  postgres: "select pg_sleep(600)",
  mysql: "select sleep(600)",
};

/** A query that takes so long that only its end from outside ends it, told by a word in it. */
export function slow(n: number, engine: Engine, marker: string, timeoutMs?: number): Step {
  const more = timeoutMs === undefined ? {} : { timeoutMs };
  return sql(n, engine, `${SLOW[engine]} /* ${marker} */`, more);
}

// R56, R61
const nextUnharmed = sandboxCheck("data:query:next-unharmed", {
  given: fc.record({
    pick: fc.nat(5),
    rounds: fc.array(fc.record({ timeoutMs: fc.integer({ min: 1, max: 200 }), beside: fc.nat(3) }), {
      minLength: 2,
      maxLength: 6,
    }),
  }),
  needs: [ANY_ENGINE],
  when: ({ pick, rounds }, subject) => {
    const engine = engineOf(pick, subject);
    const steps = rounds.flatMap(({ timeoutMs, beside }, round): Step[] => {
      const first = 100 * (round + 1);
      return [
        slow(first, engine, `round${round}`, timeoutMs),
        ...range(first + 1, first + beside).map((n) => sql(n, engine, `select ${n} as v`)),
        { n: first + 50, do: "await", of: first },
        sql(first + 51, engine, `select ${first + 51} as v`),
        { n: first + 52, do: "await", of: first + 51 },
      ];
    });
    const of = steps.flatMap((step) => (step.do === "sql" ? [step.n] : []));
    return { datasources: sourcesOf(engine), steps: [give(...steps), { do: "await-done", of }] };
  },
  then: (seen, { rounds }) =>
    rounds.flatMap(({ beside }, round): Fact[] => {
      const first = 100 * (round + 1);
      const slowOne = seen.done(first)[0];
      return [
        {
          about: `the query of step ${first}, which gives up`,
          expected: "an error",
          actual: slowOne?.error === undefined ? (slowOne ?? "nothing") : "an error",
        },
        ...[...range(first + 1, first + beside), first + 51].map((n) => resultFact(seen, n, [{ v: n }])),
      ];
    }),
  reach: { count: (_, { rounds }) => rounds.length, floor: 6 },
  runs: 8,
});

/** Checks of the area `data` that every engine can be judged by, DuckDB included. */
export const dataQueryChecks = [valueForms, columnsKept, parametersBound, nextUnharmed];
