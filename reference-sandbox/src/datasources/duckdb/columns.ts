import { DuckDBDecimalType, DuckDBTypeId, type DuckDBType } from "@duckdb/node-api";
import type { Column, Form } from "../../values/index.js";

const FORMS: { readonly [id in DuckDBTypeId]?: Form } = {
  [DuckDBTypeId.BOOLEAN]: "boolean",
  [DuckDBTypeId.TINYINT]: "integer",
  [DuckDBTypeId.SMALLINT]: "integer",
  [DuckDBTypeId.INTEGER]: "integer",
  [DuckDBTypeId.BIGINT]: "integer",
  [DuckDBTypeId.UTINYINT]: "integer",
  [DuckDBTypeId.USMALLINT]: "integer",
  [DuckDBTypeId.UINTEGER]: "integer",
  [DuckDBTypeId.UBIGINT]: "integer",
  [DuckDBTypeId.HUGEINT]: "integer",
  [DuckDBTypeId.UHUGEINT]: "integer",
  [DuckDBTypeId.BIGNUM]: "integer",
  [DuckDBTypeId.FLOAT]: "float",
  [DuckDBTypeId.DOUBLE]: "float",
  [DuckDBTypeId.DECIMAL]: "decimal",
  [DuckDBTypeId.DATE]: "date",
  [DuckDBTypeId.TIME]: "time",
  [DuckDBTypeId.TIME_TZ]: "time",
  [DuckDBTypeId.TIME_NS]: "time",
  [DuckDBTypeId.TIMESTAMP]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_S]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_MS]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_NS]: "timestamp",
  [DuckDBTypeId.TIMESTAMP_TZ]: "timestamptz",
  [DuckDBTypeId.INTERVAL]: "interval",
  [DuckDBTypeId.BLOB]: "bytes",
  [DuckDBTypeId.BIT]: "bits",
  [DuckDBTypeId.LIST]: "list",
  [DuckDBTypeId.ARRAY]: "list",
};

/** What is known of a column of DuckDB's. */
export function columnOf(name: string, type: DuckDBType): Column {
  return {
    name,
    form: type.alias === "JSON" ? "json" : (FORMS[type.typeId] ?? "text"),
    ...(type.typeId === DuckDBTypeId.UBIGINT && { unsigned: true }),
    ...(type instanceof DuckDBDecimalType && { precision: type.width, scale: type.scale }),
  };
}
