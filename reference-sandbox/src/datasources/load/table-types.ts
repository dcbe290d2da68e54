import type { Column, Row } from "../../values/index.js";

/** Types of DuckDB that a loaded column can have. */
export type LoadType =
  | "BOOLEAN"
  | "BIGINT"
  | "UBIGINT"
  | "HUGEINT"
  | "DOUBLE"
  | "DATE"
  | "TIMESTAMP"
  | "TIMESTAMPTZ"
  | "BLOB"
  | "VARCHAR"
  | { readonly precision: number; readonly scale: number };

/** One column of the table to be. */
export interface TableColumn {
  readonly name: string;
  readonly type: LoadType;
}

const MOST_PRECISION = 38;
/** Digits that integerForm wrote as text: a double doesn't hold them. */
const LONG_INTEGER = /^-?[1-9]\d{15,}$/;

/** The type for a column whose form the source tells. Times, intervals, JSON, bits and lists stay text. */
export function typeOfColumn(column: Column): LoadType {
  switch (column.form) {
    case "integer":
      return column.unsigned === true ? "UBIGINT" : "BIGINT";
    case "decimal":
      return decimalType(column);
    case "float":
      return "DOUBLE";
    case "boolean":
      return "BOOLEAN";
    case "date":
      return "DATE";
    case "timestamp":
      return "TIMESTAMP";
    case "timestamptz":
      return "TIMESTAMPTZ";
    case "bytes":
      return "BLOB";
    default:
      return "VARCHAR";
  }
}

/** A decimal whose digits aren't declared (PostgreSQL's plain numeric) or don't fit stays text, exact. */
function decimalType({ precision, scale }: Column): LoadType {
  if (precision === undefined || scale === undefined) return "VARCHAR";
  if (precision > MOST_PRECISION || scale < 0 || scale > precision) return "VARCHAR";
  return { precision, scale };
}

/**
 * Infers columns from rows alone: all booleans BOOLEAN, all integers BIGINT (HUGEINT with integers as text among them),
 * all numbers DOUBLE, everything else VARCHAR; arrays and objects become JSON text. Names in the order of first sight.
 */
export function inferColumns(rows: readonly Row[]): readonly TableColumn[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return Array.from(names, (name) => {
    const values = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined);
    return { name, type: inferType(values) };
  });
}

function inferType(values: readonly unknown[]): LoadType {
  const all = (test: (value: unknown) => boolean): boolean => values.length > 0 && values.every(test);
  if (all((value) => typeof value === "boolean")) return "BOOLEAN";
  if (all((value) => Number.isSafeInteger(value))) return "BIGINT";
  if (all((value) => typeof value === "number")) return "DOUBLE";
  if (values.some((value) => Number.isSafeInteger(value)) && all(isInteger)) return "HUGEINT";
  return "VARCHAR";
}

function isInteger(value: unknown): boolean {
  return Number.isSafeInteger(value) || (typeof value === "string" && LONG_INTEGER.test(value));
}

/** How a type is written in CREATE TABLE. */
export function typeSql(type: LoadType): string {
  return typeof type === "string" ? type : `DECIMAL(${type.precision}, ${type.scale})`;
}
