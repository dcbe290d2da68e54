import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Column, Row } from "../../values/index.js";
import { loadRows, type LoadOptions } from "./load-rows.js";

let connection: DuckDBConnection;
let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
});
afterAll(() => {
  connection.disconnectSync();
  instance.closeSync();
});

const connect = (): Promise<DuckDBConnection> => instance.connect();

let tables = 0;
async function load(
  rows: Iterable<Row>,
  columns?: readonly Column[],
  options?: LoadOptions,
  select = "*",
): Promise<unknown[]> {
  const table = `t "${(tables += 1)}"`;
  const source = columns === undefined ? rows : Object.assign([...rows], { columns });
  await loadRows(connect, table, source, options);
  return (
    await connection.runAndReadAll(`select ${select} from "${table.replaceAll('"', '""')}"`)
  ).getRowObjectsJson();
}

async function types(rows: Iterable<Row>): Promise<readonly unknown[]> {
  return (await loadRows(connect, `types ${(tables += 1)}`, rows)).columns.map(({ type }) => type);
}

test("types come from the first rows where the source tells none", async () => {
  expect(
    await types([
      { a: true, b: 1, c: 1, d: 1, e: "1", f: null, g: [1], h: 1 },
      { a: null, b: 2, c: 1.5, d: "9007199254740993", e: "x", f: null, g: { x: 1 }, h: "x" },
    ]),
  ).toEqual(["BOOLEAN", "BIGINT", "DOUBLE", "HUGEINT", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"]);
});

test("values keep their digits, their instants and their bytes", async () => {
  const columns: Column[] = [
    { name: "i", form: "integer" },
    { name: "u", form: "integer", unsigned: true },
    { name: "d", form: "decimal", precision: 38, scale: 2 },
    { name: "n", form: "decimal" },
    { name: "f", form: "float" },
    { name: "date", form: "date" },
    { name: "ts", form: "timestamp" },
    { name: "tz", form: "timestamptz" },
    { name: "b", form: "bytes" },
    { name: "l", form: "list", member: "integer" },
    { name: "j", form: "json" },
  ];
  const rows: Row[] = [
    {
      i: "-9223372036854775808",
      u: "18446744073709551615",
      d: "-123456789012345678901234567890123456.5",
      n: "1.10",
      f: "-Infinity",
      date: "-000043-03-15",
      ts: "1969-12-31T23:59:59.999999",
      tz: "2024-01-01T00:00:00Z",
      b: "AP8=",
      l: [1, null],
      j: '{"a": 1.10}',
    },
    {
      i: 5,
      u: 5,
      d: "0.05",
      n: "NaN",
      f: 0.1,
      date: "infinity",
      ts: "-infinity",
      tz: "infinity",
      b: "",
      l: null,
      j: null,
    },
  ];
  // The client library has no text for an infinite date; DuckDB itself does.
  expect(await load(rows, columns, {}, "* replace (date::varchar as date)")).toEqual([
    {
      i: "-9223372036854775808",
      u: "18446744073709551615",
      d: "-123456789012345678901234567890123456.50",
      n: "1.10",
      f: "-Infinity",
      date: "0044-03-15 (BC)",
      ts: "1969-12-31 23:59:59.999999",
      tz: "2024-01-01 00:00:00+00",
      b: "\\x00\\xFF",
      l: "[1,null]",
      j: '{"a": 1.10}',
    },
    {
      i: "5",
      u: "5",
      d: "0.05",
      n: "NaN",
      f: 0.1,
      date: "infinity",
      ts: "-infinity",
      tz: "infinity",
      b: "",
      l: null,
      j: null,
    },
  ]);
});

test.each<[string, Row[], Column[] | undefined, string]>([
  [
    "a value that has no place",
    [...Array.from({ length: 1024 }, (_, a) => ({ a })), { a: "x" }],
    undefined,
    'row 1025 into table "bad": "x" in column "a" is no BIGINT',
  ],
  [
    "an integer that is too large",
    [{ a: "18446744073709551616" }],
    [{ name: "a", form: "integer", unsigned: true }],
    "is no UBIGINT",
  ],
  [
    "a zero date",
    [{ a: "0000-00-00" }],
    [{ name: "a", form: "date" }],
    'row 1 into table "bad": "0000-00-00" in column "a" is no DATE',
  ],
  ["a day that isn't", [{ a: "2023-02-29" }], [{ name: "a", form: "date" }], "is no DATE"],
  [
    "a decimal with too many digits",
    [{ a: "1.125" }],
    [{ name: "a", form: "decimal", precision: 5, scale: 2 }],
    "is no DECIMAL(5, 2)",
  ],
  [
    "a column that nobody knew",
    [...Array.from({ length: 1024 }, (_, a) => ({ a })), { b: 1 }],
    undefined,
    'a column "b"',
  ],
  ["nothing at all", [], undefined, "give {types}"],
])("%s is an error that says where, and leaves no table", async (_name, rows, columns, words) => {
  const source = columns === undefined ? rows : Object.assign([...rows], { columns });
  await expect(loadRows(connect, "bad", source)).rejects.toMatchObject({
    code: "sql_error",
    message: expect.stringContaining(words),
    stack: expect.stringContaining("load-rows.test"),
  });
  const found = await connection.runAndReadAll(
    "select count(*)::int n from duckdb_tables() where table_name = 'bad'",
  );
  expect(found.getRowObjectsJson()).toEqual([{ n: 0 }]);
});

test("a type that is given holds over everything else", async () => {
  expect(
    await load([{ a: 1 }, { a: "x", b: true }], undefined, { types: { a: "VARCHAR", c: "DOUBLE" } }),
  ).toEqual([
    { a: "1", b: null, c: null },
    { a: "x", b: true, c: null },
  ]);
});

test("a table that is there already is left alone", async () => {
  await connection.run("create table taken as select 1 a");
  await expect(loadRows(connect, "taken", [{ a: 2 }])).rejects.toMatchObject({ code: "sql_error" });
  expect((await connection.runAndReadAll("from taken")).getRowObjectsJson()).toEqual([{ a: 1 }]);
});

test("a source that fails is closed, and its error passes through", async () => {
  let closed = false;
  const rows = (async function* (): AsyncGenerator<Row> {
    try {
      for (let a = 0; ; a++) yield { a: a === 3000 ? "x" : a };
    } finally {
      closed = true;
    }
  })();
  await expect(loadRows(connect, "half", rows)).rejects.toThrow('"x" in column "a"');
  expect(closed).toBe(true);
});
