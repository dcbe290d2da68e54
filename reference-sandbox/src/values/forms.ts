/**
 * The one table of value forms, for every engine (`data:query:value-forms`): DuckDB, PostgreSQL, MySQL and MariaDB.
 * A row is a plain object that JSON holds without loss. By type of the column:
 *
 * | form | of | a script gets |
 * |---|---|---|
 * | `integer` | every integer type, 8 to 128 bits | a number while it is a safe integer (±(2^53−1)), else its digits as text: `BigInt(value)` takes both |
 * | `decimal` | DECIMAL, NUMERIC | text, always, with its scale: `"1.10"` (a double holds hardly any decimal fraction) |
 * | `float` | FLOAT, REAL, DOUBLE | a number, a 32-bit one by its shortest decimal (0.1, not 0.10000000149011612); `"NaN"`, `"Infinity"`, `"-Infinity"` |
 * | `boolean` | BOOLEAN (MySQL has none: its BOOLEAN is an integer) | true, false |
 * | `text` | text, enum, uuid, inet, and every type not named here | text as the server writes it |
 * | `date` | DATE | `"1975-05-11"` |
 * | `time` | TIME, with or without zone | `"02:30:00.5"`, `"02:30:00+02:00"` |
 * | `timestamp` | TIMESTAMP without zone, DATETIME | `"2024-03-10T02:30:00"`: as written, no zone is applied |
 * | `timestamptz` | TIMESTAMPTZ, MySQL's TIMESTAMP | `"2024-01-01T00:00:00Z"`, always UTC |
 * | `interval` | INTERVAL | an ISO 8601 duration, `"P1Y2M3DT4H5M6.5S"` |
 * | `json` | JSON, JSONB | the server's text, digits kept: `JSON.parse` is the script's |
 * | `bytes` | BYTEA, BLOB, BINARY | base64 |
 * | `bits` | BIT | `"00000101"` |
 * | `list` | arrays, lists | an array, its members by this table |
 *
 * SQL NULL is null. Infinity and NaN of dates, times and decimals, and MySQL's zero dates are text as the server writes
 * them (`"infinity"`, `"0000-00-00"`). A fraction of a second has no trailing zeros. Years outside 0 to 9999 are ISO's
 * expanded ones (`"-000043-03-15"` is 44 BC). A column name that occurs twice is renamed (`a`, `a_1`), never dropped.
 */
export type Form =
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "text"
  | "date"
  | "time"
  | "timestamp"
  | "timestamptz"
  | "interval"
  | "json"
  | "bytes"
  | "bits"
  | "list";

/** What is known of a column of a result. */
export interface Column {
  /** The name that rows use: unique in the result. */
  readonly name: string;
  readonly form: Form;
  /** Of an integer: whether it reaches over 2^63 − 1. */
  readonly unsigned?: boolean;
  /** Of a decimal, where the server tells it: all digits, and those behind the point. */
  readonly precision?: number;
  readonly scale?: number;
  /** Of a list. */
  readonly member?: Form;
}

/** One row: what JSON holds, by column name. */
export interface Row {
  [column: string]: unknown;
}
