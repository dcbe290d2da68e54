import { plain, withSources, type Case } from "./case.js";

const LONG_JSON = '{"a": 9007199254740993}';

/** What values look like: the table of value forms, on real servers. */
export const VALUE_CASES: readonly Case[] = [
  {
    name: "PostgreSQL: every form of the table",
    expected: [
      {
        i2: 1,
        i8: 5,
        id: "97073043133733649",
        low: "-9223372036854775808",
        d: "1.10",
        nan: "NaN",
        r: 0.1,
        f: "Infinity",
        b: true,
        t: "é😀",
        u: "c56a4180-65aa-42ec-a945-5fd21dec0538",
        date: "1975-05-11",
        bc: "-000043-03-15",
        far: "+012024-01-02",
        inf: "infinity",
        time: "02:30:00.5",
        timetz: "02:30:00+02:00",
        ts: "2024-03-10T02:30:00",
        tz: "2024-01-01T00:00:00Z",
        tz2: "2023-12-31T22:30:00.000001Z",
        iv: "P1Y2M3DT4H5M6.5S",
        j: LONG_JSON,
        jb: LONG_JSON,
        by: "AP8=",
        bits: "101",
        n: null,
        ints: [1, null, "9007199254740993"],
        texts: ["a,b", '"', "\\", "NULL", null, ""],
        deep: [
          ["1.10", "2.00"],
          ["3.00", null],
        ],
        stamps: ["2024-01-01T00:00:00Z", "infinity"],
      },
    ],
    run: ({ valuesPostgres }) =>
      withSources([plain("db", valuesPostgres)], (get) =>
        get("db")
          .query(`select 1::int2 i2, 5::int8 i8, 97073043133733649 id, (-9223372036854775808)::int8 low,
          1.10::numeric(5,2) d, 'NaN'::numeric nan, 0.1::real r, 'Infinity'::float8 f, true b, 'é😀' t,
          'c56a4180-65aa-42ec-a945-5fd21dec0538'::uuid u, date '1975-05-11' date, date '0044-03-15 BC' bc,
          date '12024-01-02' far, 'infinity'::date inf, time '02:30:00.500' "time", timetz '02:30:00+02' "timetz",
          timestamp '2024-03-10 02:30:00' ts, timestamptz '2024-01-01 00:00+00' tz,
          timestamptz '2024-01-01 00:30:00.000001+02' tz2, interval '1 year 2 mons 3 days 4:05:06.5' iv,
          '${LONG_JSON}'::json j, '${LONG_JSON}'::jsonb jb, '\\x00ff'::bytea "by", b'101' bits, null n,
          array[1, null, 9007199254740993] ints, array['a,b', '"', '\\', 'NULL', null, ''] texts,
          array[[1.10, 2.00], [3.00, null]]::numeric(5,2)[][] deep,
          array['2024-01-01 00:00+00', 'infinity']::timestamptz[] stamps`),
      ),
  },
  {
    name: "MariaDB: every form of the table",
    expected: [
      {
        i: 1,
        id: "97073043133733649",
        u: "18446744073709551615",
        d: "1.10",
        dd: 0.1,
        t: "é😀",
        date: "1975-05-11",
        zero: "0000-00-00",
        ts: "2024-03-10T02:30:00.5",
        time: "-10:00:00.5",
        b: 1,
        by: "AP8=",
        n: null,
      },
    ],
    run: ({ valuesMysql }) =>
      withSources([plain("db", valuesMysql)], (get) =>
        get("db")
          .query(`select 1 i, 97073043133733649 id, 18446744073709551615 u, cast(1.10 as decimal(5,2)) d,
          cast(0.1 as double) dd, 'é😀' t, date '1975-05-11' \`date\`, cast('0000-00-00' as date) zero,
          timestamp '2024-03-10 02:30:00.500' ts, time '-10:00:00.500' \`time\`, true b, x'00ff' \`by\`, null n`),
      ),
  },
  {
    name: "MariaDB: columns of a table, among them TIMESTAMP as an instant in UTC",
    expected: [
      {
        i: "18446744073709551615",
        f: 16777216,
        d: "2024-03-10T02:30:00.000001",
        at: "2024-03-10T02:30:00.12Z",
        b: "0000000101",
        bl: "YWI=",
        j: '{"a": 1.10}',
        de: "1.5000000000",
        e: "b",
        s: "a,b",
        tm: "-838:59:59",
        y: 2024,
        u: "c56a4180-65aa-42ec-a945-5fd21dec0538",
      },
    ],
    run: ({ valuesMysql }) =>
      withSources([plain("db", valuesMysql, { readOnly: false })], async (get) => {
        const db = get("db");
        const table = `value_forms_${process.pid}`;
        await db.query(`create table ${table}(i bigint unsigned, f float, d datetime(6), at timestamp(3), b bit(10), bl blob,
          j json, de decimal(30,10), e enum('a','b'), s set('a','b'), tm time(6), y year, u uuid)`);
        try {
          await db.query(
            `insert into ${table} values (?, ?, ?, ?, ?, ?, ?, ?, 'b', 'a,b', '-838:59:59', 2024, ?)`,
            [
              18446744073709551615n,
              16777217,
              "2024-03-10 02:30:00.000001",
              new Date("2024-03-10T02:30:00.120Z"),
              5,
              new TextEncoder().encode("ab"),
              '{"a": 1.10}',
              "1.5",
              "c56a4180-65aa-42ec-a945-5fd21dec0538",
            ],
          );
          return await db.query(`select * from ${table}`);
        } finally {
          await db.query(`drop table ${table}`);
        }
      }),
  },
  {
    name: "R62: dates and timestamps are the same text in every time zone, in both engines",
    expected: [
      [{ a: "1975-05-11", b: "2024-03-10T02:30:00", c: "2024-01-01T00:00:00Z" }],
      [{ a: "1975-05-11", b: "2024-03-10T02:30:00" }],
    ],
    run: ({ valuesPostgres, valuesMysql }) =>
      withSources([plain("pg", valuesPostgres), plain("my", valuesMysql)], async (get) => [
        await get("pg").query(
          "select date '1975-05-11' a, timestamp '2024-03-10 02:30:00' b, timestamptz '2024-01-01 00:00+00' c",
        ),
        await get("my").query("select date '1975-05-11' a, timestamp '2024-03-10 02:30:00' b"),
      ]),
  },
  {
    name: "R63: 64-bit integers and decimals keep their digits, with and without parameters",
    expected: Array.from({ length: 3 }, () => [
      { id: "97073043133733649", d: "1.10", u: "18446744073709551615" },
    ]),
    run: ({ valuesPostgres, valuesMysql }) =>
      withSources([plain("pg", valuesPostgres), plain("my", valuesMysql)], async (get) => [
        await get("my").query(
          "select 97073043133733649 id, cast(1.10 as decimal(5,2)) d, 18446744073709551615 u",
        ),
        await get("my").query(
          "select cast(? as signed) id, cast(? as decimal(5,2)) d, cast(? as unsigned) u",
          [97073043133733649n, "1.10", 18446744073709551615n],
        ),
        await get("pg").query("select $1::int8 id, $2::numeric(5,2) d, $3::numeric(20) u", [
          97073043133733649n,
          "1.10",
          18446744073709551615n,
        ]),
      ]),
  },
  {
    name: "R64: JSON is the server's text in both engines, digits kept",
    expected: [[{ v: LONG_JSON, w: "[1.10]" }], [{ v: LONG_JSON, w: "[1.10]" }]],
    run: ({ valuesPostgres, valuesMysql }) =>
      withSources([plain("pg", valuesPostgres), plain("my", valuesMysql)], async (get) => [
        await get("my").query("select json_object('a', 9007199254740993) v, json_array(1.10) w"),
        await get("pg").query("select jsonb_build_object('a', 9007199254740993) v, json_build_array(1.10) w"),
      ]),
  },
  {
    name: "column names that repeat are renamed, never dropped, and __proto__ is a name like any other (mysql2 refuses it)",
    expected: ['[{"a":1,"a_2":2,"a_1":3,"__proto__":4}]', '[{"a":1,"a_2":2,"a_1":3}]'],
    run: ({ valuesPostgres, valuesMysql }) =>
      withSources([plain("pg", valuesPostgres), plain("my", valuesMysql)], async (get) => [
        JSON.stringify(await get("pg").query('select 1 a, 2 a, 3 a_1, 4 "__proto__"')),
        JSON.stringify(await get("my").query("select 1 a, 2 a, 3 a_1")),
      ]),
  },
  {
    name: "parameters are bound, whatever they hold",
    expected: [
      [
        {
          t: "'; drop table x; --",
          i: 5,
          big: "9007199254740993",
          f: 1.5,
          b: true,
          n: null,
          at: "2024-01-01T00:00:00.123Z",
          by: "AP8=",
          j: '{"a":1}',
          l: ["x", 'a,"b"\\', null],
        },
      ],
      [
        {
          t: "'; drop table x; --",
          i: 5,
          big: "9007199254740993",
          f: 1.5,
          b: 1,
          n: null,
          by: "AP8=",
          j: '{"a":1}',
        },
      ],
      [{ a: 1 }],
    ],
    run: ({ valuesPostgres, valuesMysql }) =>
      withSources([plain("pg", valuesPostgres), plain("my", valuesMysql)], async (get) => {
        const text = "'; drop table x; --";
        const bytes = new Uint8Array([0, 255]);
        const at = new Date("2024-01-01T00:00:00.123Z");
        return [
          await get("pg").query(
            'select $1::text t, $2::int i, $3::int8 big, $4::float8 f, $5::bool b, $6::text n, $7::timestamptz at, $8::bytea "by", $9::json j, $10::text[] l',
            [text, 5, 9007199254740993n, 1.5, true, null, at, bytes, { a: 1 }, ["x", 'a,"b"\\', null]],
          ),
          await get("my").query("select ? t, ? i, ? big, ? f, ? b, ? n, ? `by`, ? j", [
            ...[text, 5, 9007199254740993n, 1.5, true, null, bytes, { a: 1 }],
          ]),
          await get("my").query("select 1 a union select 2 limit ?", [1]),
        ];
      }),
  },
];
