import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBIntervalValue,
  DuckDBTimestampTZValue,
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  listValue,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBValueConverter,
  type Json,
} from "@duckdb/node-api";
import {
  bytesForm,
  dateForm,
  float32Form,
  floatForm,
  instantForm,
  integerForm,
  intervalForm,
  timeForm,
  timestampForm,
} from "../values/index.js";

/**
 * A value of DuckDB's in the one form that every engine has (see `Form`). LIST and ARRAY are arrays, STRUCT an object,
 * MAP an array of `{key, value}`, UNION `{tag, value}`.
 */
export const convertValue: DuckDBValueConverter<Json> = (value, type, nested) => {
  if (value === null) return null;
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
      return integerForm(value as bigint);
    case DuckDBTypeId.FLOAT:
      return float32Form(value as number);
    case DuckDBTypeId.DOUBLE:
      return floatForm(value as number);
    case DuckDBTypeId.DATE:
      // The library prints the infinite ones as days.
      if (!(value as DuckDBDateValue).isFinite)
        return (value as DuckDBDateValue).days > 0 ? "infinity" : "-infinity";
      return dateForm(String(value));
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.TIME_TZ:
    case DuckDBTypeId.TIME_NS:
      return timeForm(String(value));
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return timestampForm(String(value));
    case DuckDBTypeId.TIMESTAMP_TZ: {
      // The library prints it in the process's own zone; its microseconds are UTC (R62).
      const instant = value as DuckDBTimestampTZValue;
      return instant.isFinite ? instantForm(instant.micros) : instant.toString();
    }
    case DuckDBTypeId.INTERVAL:
      return intervalForm(value as DuckDBIntervalValue);
    case DuckDBTypeId.BLOB:
      return bytesForm((value as DuckDBBlobValue).bytes);
    default:
      return JsonDuckDBValueConverter(value, type as DuckDBType, nested);
  }
};

/** A script's value as DuckDB binds it; a type that it can't bind says so. */
export function bindValue(value: unknown): DuckDBValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "string") return value.toWellFormed();
  if (value instanceof Date) return new DuckDBTimestampTZValue(BigInt(value.getTime()) * 1000n);
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
  if (Array.isArray(value)) return listValue(value.map(bindValue));
  throw new TypeError(
    `a parameter of type ${typeof value} can't be bound: use null, boolean, number, bigint, string, Date, Uint8Array or an array of them`,
  );
}
