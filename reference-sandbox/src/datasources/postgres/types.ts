import { parse as parseArray } from "postgres-array";
import {
  bytesForm,
  dateForm,
  floatForm,
  integerForm,
  timeForm,
  timestampForm,
  timestamptzForm,
  type Column,
  type Form,
} from "../../values/index.js";

/** Object ids of PostgreSQL's built-in types (pg_type.dat), which never change; every other type is text. */
const FORMS: ReadonlyMap<number, Form> = new Map<number, Form>([
  ...[20, 21, 23, 26, 28, 29, 5069].map((oid): [number, Form] => [oid, "integer"]),
  ...[700, 701].map((oid): [number, Form] => [oid, "float"]),
  [1700, "decimal"],
  [16, "boolean"],
  [1082, "date"],
  ...[1083, 1266].map((oid): [number, Form] => [oid, "time"]),
  [1114, "timestamp"],
  [1184, "timestamptz"],
  [1186, "interval"],
  ...[114, 3802].map((oid): [number, Form] => [oid, "json"]),
  [17, "bytes"],
  ...[1560, 1562].map((oid): [number, Form] => [oid, "bits"]),
]);

const XID8 = 5069;
const NUMERIC = 1700;

/** What the server says of a column. */
export interface PostgresField {
  readonly name: string;
  readonly dataTypeID: number;
  readonly dataTypeModifier: number;
}

/** Array types of the server by their object id: that of their members. The ids of users' own types differ by database. */
export type ArrayTypes = ReadonlyMap<number, number>;

/** Describes a column by the table of value forms. */
export function postgresColumn(field: PostgresField, arrays: ArrayTypes): Column {
  const member = arrays.get(field.dataTypeID);
  if (member !== undefined) return { name: field.name, form: "list", member: FORMS.get(member) ?? "text" };
  const form = FORMS.get(field.dataTypeID) ?? "text";
  if (field.dataTypeID === XID8) return { name: field.name, form, unsigned: true };
  if (field.dataTypeID !== NUMERIC || field.dataTypeModifier < 4) return { name: field.name, form };
  // numeric(precision, scale) is packed as (precision << 16 | scale) + 4; the scale has 11 bits with a sign.
  const packed = field.dataTypeModifier - 4;
  return {
    name: field.name,
    form,
    precision: (packed >> 16) & 0xffff,
    scale: ((packed & 0x7ff) ^ 0x400) - 0x400,
  };
}

/** Returns what makes a value of that type from the text that the server sends. */
export function postgresReader(oid: number, arrays: ArrayTypes): (text: string) => unknown {
  const member = arrays.get(oid);
  if (member === undefined) return READERS[FORMS.get(oid) ?? "text"];
  const read = READERS[FORMS.get(member) ?? "text"];
  return (text) => parseArray(text, read);
}

const asIs = (text: string): string => text;

const READERS: { readonly [form in Form]: (text: string) => unknown } = {
  integer: integerForm,
  float: floatForm,
  decimal: asIs,
  boolean: (text) => text === "t",
  date: dateForm,
  time: timeForm,
  timestamp: timestampForm,
  timestamptz: timestamptzForm,
  // The session's intervalstyle is iso_8601.
  interval: asIs,
  json: asIs,
  // The session's bytea_output is hex: \x00ff.
  bytes: (text) => bytesForm(Buffer.from(text.slice(2), "hex")),
  bits: asIs,
  text: asIs,
  list: asIs,
};
