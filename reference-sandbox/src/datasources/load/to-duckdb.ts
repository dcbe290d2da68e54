import type { DuckDBValue } from "@duckdb/node-api";
import type * as DuckdbApi from "@duckdb/node-api";
import type { LoadType } from "./table-types.js";

const DATE = /^([+-]?\d{4,6})-(\d\d)-(\d\d)$/;
const TIMESTAMP = /^([+-]?\d{4,6}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z?$/;
const DAY_MS = 86_400_000;

/** Makes a value of DuckDB from one of the table of value forms; undefined when it has no place in that type. */
export type ToDuckdb = (value: unknown) => DuckDBValue | undefined;

/** Returns what converts the values of a column of that type. */
export function toDuckdb(api: typeof DuckdbApi, type: LoadType): ToDuckdb {
  if (typeof type !== "string") return decimal(api, type.precision, type.scale);
  switch (type) {
    case "BOOLEAN":
      return (value) => (typeof value === "boolean" ? value : undefined);
    case "BIGINT":
      return integer(-(2n ** 63n), 2n ** 63n - 1n);
    case "UBIGINT":
      return integer(0n, 2n ** 64n - 1n);
    case "HUGEINT":
      return integer(-(2n ** 127n), 2n ** 127n - 1n);
    case "DOUBLE":
      return double;
    case "DATE":
      return (value) =>
        infinity(value, api.DuckDBDateValue.PosInf, api.DuckDBDateValue.NegInf) ??
        present(days(value), (count) => new api.DuckDBDateValue(count));
    case "TIMESTAMP":
      return (value) =>
        infinity(value, api.DuckDBTimestampValue.PosInf, api.DuckDBTimestampValue.NegInf) ??
        present(micros(value), (count) => new api.DuckDBTimestampValue(count));
    case "TIMESTAMPTZ":
      return (value) =>
        infinity(value, api.DuckDBTimestampTZValue.PosInf, api.DuckDBTimestampTZValue.NegInf) ??
        present(micros(value), (count) => new api.DuckDBTimestampTZValue(count));
    case "BLOB":
      return (value) =>
        typeof value === "string" ? new api.DuckDBBlobValue(Buffer.from(value, "base64")) : undefined;
    case "VARCHAR":
      return text;
  }
}

function present<T>(value: T | undefined, make: (value: T) => DuckDBValue): DuckDBValue | undefined {
  return value === undefined ? undefined : make(value);
}

function infinity(value: unknown, positive: DuckDBValue, negative: DuckDBValue): DuckDBValue | undefined {
  if (value === "infinity") return positive;
  return value === "-infinity" ? negative : undefined;
}

function text(value: unknown): DuckDBValue {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function integer(least: bigint, most: bigint): ToDuckdb {
  return (value) => {
    const whole = Number.isSafeInteger(value) || (typeof value === "string" && /^-?\d+$/.test(value));
    if (!whole && typeof value !== "bigint") return undefined;
    const big = BigInt(value as number | string | bigint);
    return big >= least && big <= most ? big : undefined;
  };
}

function double(value: unknown): DuckDBValue | undefined {
  if (typeof value === "number") return value;
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : undefined;
}

/** Fewer digits behind the point than the column has are filled up; more are not cut off. */
function decimal(api: typeof DuckdbApi, precision: number, scale: number): ToDuckdb {
  return (value) => {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value));
    if (match === null) return undefined;
    const [, sign = "", whole = "", fraction = ""] = match;
    if (fraction.length > scale || whole.replace(/^0+/, "").length > precision - scale) return undefined;
    const digits = BigInt(`${whole}${fraction.padEnd(scale, "0")}`);
    return new api.DuckDBDecimalValue(sign === "" ? digits : -digits, precision, scale);
  };
}

function days(value: unknown): number | undefined {
  const match = DATE.exec(String(value));
  if (match === null) return undefined;
  const at = new Date(0);
  at.setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  // The 31st of February would become a day of March.
  if (Number.isNaN(at.getTime()) || at.getUTCDate() !== Number(match[3])) return undefined;
  return at.getTime() / DAY_MS;
}

function micros(value: unknown): bigint | undefined {
  const match = TIMESTAMP.exec(String(value));
  const day = match === null ? undefined : days(match[1]);
  if (match === null || day === undefined) return undefined;
  const [, , hours, minutes, seconds, fraction = ""] = match;
  const whole = day * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}
