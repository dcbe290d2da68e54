import * as fc from "fast-check";
import { text } from "../../arbitraries/text.js";
import type { Engine } from "../../target/sandbox-features.js";

/** One value as each engine that has its type writes it, and the form that a script must get. */
export interface ValueForm {
  readonly sql: Readonly<Partial<Record<Engine, string>>>;
  readonly expected: unknown;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const pad = (value: number, length = 2): string => String(value).padStart(length, "0");
const either = (sql: string): ValueForm["sql"] => ({ duckdb: sql, postgres: sql });

/** A number while a double holds it, else its digits. */
function integerForm(value: bigint): unknown {
  return value <= SAFE && value >= -SAFE ? Number(value) : String(value);
}

const integers = fc
  .oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: SAFE - 2n, max: SAFE + 2n }),
    fc.bigInt({ min: -100n, max: 100n }),
    fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 97_073_043_133_733_649n),
  )
  .map((value): ValueForm => ({
    sql: { ...either(`cast(${value} as bigint)`), mysql: `cast(${value} as signed)` },
    expected: integerForm(value),
  }));

const wideIntegers = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value): ValueForm => ({
  sql: { duckdb: `cast(${value} as hugeint)`, mysql: `cast(${value} as unsigned)` },
  expected: integerForm(value),
}));

const decimals = fc
  .record({ units: fc.integer({ min: 1, max: 999_999_999 }), scale: fc.nat(6), minus: fc.boolean() })
  .map(({ units, scale, minus }): ValueForm => {
    const digits = String(units).padStart(scale + 1, "0");
    const point = scale === 0 ? "" : `.${digits.slice(-scale)}`;
    const expected = `${minus ? "-" : ""}${scale === 0 ? digits : digits.slice(0, -scale)}${point}`;
    const sql = `cast('${expected}' as decimal(18,${scale}))`;
    return { sql: { ...either(sql), mysql: sql }, expected };
  });

const doubles = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })
  .map((value): ValueForm => ({
    sql: {
      duckdb: `cast('${value}' as double)`,
      postgres: `cast('${value}' as double precision)`,
      mysql: `cast('${value}' as double)`,
    },
    expected: value,
  }));

const texts = text.map((value): ValueForm => {
  const clean = value.toWellFormed().replaceAll("\u0000", "");
  const quoted = `'${clean.replaceAll("'", "''")}'`;
  return { sql: { ...either(quoted), mysql: quoted.replaceAll("\\", "\\\\") }, expected: clean };
});

const day = fc
  .date({ min: new Date("1000-01-01"), max: new Date("9999-12-30"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const time = fc.record({
  seconds: fc.integer({ min: 0, max: 86_399 }),
  micros: fc.oneof(fc.constant(0), fc.constant(500_000), fc.integer({ min: 1, max: 999_999 })),
});

/** Without trailing zeros of its fraction. */
function clock({ seconds, micros }: { readonly seconds: number; readonly micros: number }): string {
  const fraction = micros === 0 ? "" : `.${pad(micros, 6).replace(/0+$/, "")}`;
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${fraction}`;
}

const dates = day.map((date): ValueForm => ({
  sql: { ...either(`date '${date}'`), mysql: `date '${date}'` },
  expected: date,
}));
const times = time.map((at): ValueForm => {
  const expected = clock(at);
  return { sql: { ...either(`time '${expected}'`), mysql: `cast('${expected}' as time(6))` }, expected };
});
const timestamps = fc.tuple(day, time).map(([date, at]): ValueForm => {
  const written = `${date} ${clock(at)}`;
  return {
    sql: { ...either(`timestamp '${written}'`), mysql: `cast('${written}' as datetime(6))` },
    expected: `${date}T${clock(at)}`,
  };
});
const instants = fc
  .record({ date: day, at: time, hours: fc.integer({ min: -12, max: 14 }) })
  .map(({ date, at, hours }): ValueForm => {
    const utc = new Date(Date.parse(`${date}T00:00:00Z`) + (at.seconds - hours * 3600) * 1000);
    const [day, rest = ""] = utc.toISOString().split("T");
    const fraction = clock(at).slice(8);
    const zone = `${hours < 0 ? "-" : "+"}${pad(Math.abs(hours))}`;
    return {
      sql: either(`timestamptz '${date} ${clock(at)}${zone}'`),
      expected: `${day}T${rest.slice(0, 8)}${fraction}Z`,
    };
  });

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((value): ValueForm => {
  const [hex, expected] = [Buffer.from(value).toString("hex"), Buffer.from(value).toString("base64")];
  return {
    sql: {
      duckdb: `from_hex('${hex}')`,
      postgres: `decode('${hex}', 'hex')`,
      mysql: `cast(unhex('${hex}') as binary(${value.length}))`,
    },
    expected,
  };
});

const LONG_JSON = '{"a": 9007199254740993}';

/** Forms that one value shows as well as many. */
const fixed = fc.constantFrom<ValueForm[]>(
  { sql: { ...either("null"), mysql: "null" }, expected: null },
  { sql: either("true"), expected: true },
  { sql: either("cast(null as boolean)"), expected: null },
  { sql: { ...either("cast(7 as smallint)"), mysql: "7" }, expected: 7 },
  { sql: either("cast(0.1 as real)"), expected: 0.1 },
  { sql: { duckdb: "cast('Infinity' as double)", postgres: "'Infinity'::float8" }, expected: "Infinity" },
  { sql: { duckdb: "cast('-Infinity' as double)", postgres: "'-Infinity'::float8" }, expected: "-Infinity" },
  { sql: { duckdb: "cast('NaN' as double)", postgres: "'NaN'::float8" }, expected: "NaN" },
  { sql: either("cast('infinity' as date)"), expected: "infinity" },
  {
    sql: { duckdb: "cast('0044-03-15 (BC)' as date)", postgres: "date '0044-03-15 BC'" },
    expected: "-000043-03-15",
  },
  { sql: either("cast('12024-01-02' as date)"), expected: "+012024-01-02" },
  {
    sql: either("interval '1 year 2 months 3 days 4 hours 5 minutes 6.5 seconds'"),
    expected: "P1Y2M3DT4H5M6.5S",
  },
  { sql: either("cast('02:30:00+02' as time with time zone)"), expected: "02:30:00+02:00" },
  {
    sql: either("cast('c56a4180-65aa-42ec-a945-5fd21dec0538' as uuid)"),
    expected: "c56a4180-65aa-42ec-a945-5fd21dec0538",
  },
  {
    sql: { postgres: `'${LONG_JSON}'::json`, mysql: "json_object('a', 9007199254740993)" },
    expected: LONG_JSON,
  },
  { sql: { postgres: `'${LONG_JSON}'::jsonb` }, expected: LONG_JSON },
  { sql: either("cast('00000101' as bit(8))"), expected: "00000101" },
  {
    sql: { duckdb: "[1, null, 9007199254740993]", postgres: "array[1, null, 9007199254740993]" },
    expected: [1, null, "9007199254740993"],
  },
  {
    sql: {
      duckdb: "[cast(1.1 as decimal(5,2)), null]",
      postgres: "array[1.1, null]::numeric(5,2)[]",
    },
    expected: ["1.10", null],
  },
);

/** A value of any type in the table of forms. */
export const valueForm: fc.Arbitrary<ValueForm> = fc.oneof(
  ...[integers, wideIntegers, decimals, doubles, texts, dates, times, timestamps, instants, bytes],
  { weight: 4, arbitrary: fixed },
);
