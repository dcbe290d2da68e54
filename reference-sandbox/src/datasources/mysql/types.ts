import mysql from "mysql2";
import {
  bitsForm,
  bytesForm,
  dateForm,
  float32Form,
  floatForm,
  integerForm,
  timeForm,
  timestampForm,
  timestamptzForm,
  type Column,
  type Form,
} from "../../values/index.js";

const { Types } = mysql;
/** The character set of a column that holds bytes. */
const BINARY = 63;
const UNSIGNED_FLAG = 32;

/** What the server says of a column. */
export interface MysqlField {
  readonly name: string;
  readonly columnType: number;
  readonly characterSet: number;
  readonly columnLength: number;
  readonly decimals: number;
  readonly flags: number;
  /** MariaDB sends JSON as text, and says so beside it. */
  readonly extendedFormat?: string | undefined;
}

const FORMS: ReadonlyMap<number, Form> = new Map<number, Form>([
  ...[Types.TINY, Types.SHORT, Types.INT24, Types.LONG, Types.LONGLONG, Types.YEAR].map(
    (type): [number, Form] => [type, "integer"],
  ),
  ...[Types.FLOAT, Types.DOUBLE].map((type): [number, Form] => [type, "float"]),
  ...[Types.DECIMAL, Types.NEWDECIMAL].map((type): [number, Form] => [type, "decimal"]),
  ...[Types.DATE, Types.NEWDATE].map((type): [number, Form] => [type, "date"]),
  [Types.TIME, "time"],
  [Types.DATETIME, "timestamp"],
  // An instant, shown by the session's time zone, which is UTC.
  [Types.TIMESTAMP, "timestamptz"],
  [Types.JSON, "json"],
  [Types.BIT, "bits"],
]);

function formOf(field: MysqlField): Form {
  if (field.extendedFormat === "json") return "json";
  return FORMS.get(field.columnType) ?? (field.characterSet === BINARY ? "bytes" : "text");
}

/** Describes a column by the table of value forms. */
export function mysqlColumn(field: MysqlField): Column {
  const { name } = field;
  const form = formOf(field);
  const unsigned = (field.flags & UNSIGNED_FLAG) !== 0;
  if (form === "integer") return { name, form, unsigned: unsigned && field.columnType === Types.LONGLONG };
  if (form !== "decimal") return { name, form };
  // The display width counts the point and the sign.
  const precision = field.columnLength - (field.decimals > 0 ? 1 : 0) - (unsigned ? 0 : 1);
  return { name, form, precision, scale: field.decimals };
}

/** Returns what makes a value of that column from what mysql2 read, by either of its protocols. */
export function mysqlReader(field: MysqlField): (value: unknown) => unknown {
  if (field.columnType === Types.FLOAT) return (value) => float32Form(Math.fround(Number(value)));
  if (field.columnType === Types.BIT) return (value) => bitsForm(value as Uint8Array, field.columnLength);
  const read = READERS[formOf(field)];
  return (value) => read(value as string);
}

const asIs = (value: unknown): unknown => (value instanceof Uint8Array ? bytesForm(value) : value);

const READERS: { readonly [form in Form]: (value: string) => unknown } = {
  integer: integerForm,
  float: floatForm,
  decimal: asIs,
  boolean: asIs,
  date: dateForm,
  time: timeForm,
  timestamp: timestampForm,
  timestamptz: timestamptzForm,
  interval: asIs,
  json: asIs,
  // Of a spatial or vector column mysql2 makes points and arrays: they stay as they are.
  bytes: asIs,
  bits: asIs,
  text: asIs,
  list: asIs,
};
