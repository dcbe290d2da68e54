import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBTimestampTZValue,
  HUGEINT,
  LIST,
  listValue,
  SQLNULL,
  TIMESTAMPTZ,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { BoundValue } from "../parameters.js";

/** Parameters as DuckDB binds them. */
export interface DuckdbParameters {
  readonly values: DuckDBValue[];
  readonly types: DuckDBType[];
}

const INT64 = 1n << 63n;

/** A parameter's type is what the script passed, as with the servers: an integer isn't a double. */
export function bindForDuckdb(parameters: readonly BoundValue[]): DuckdbParameters {
  const bound = parameters.map(bind);
  return { values: bound.map(([value]) => value), types: bound.map(([, type]) => type) };
}

function bind(bound: BoundValue): readonly [DuckDBValue, DuckDBType] {
  switch (bound.kind) {
    case "null":
      return [null, SQLNULL];
    case "boolean":
      return [bound.value, BOOLEAN];
    case "integer":
      return [bound.value, bound.value >= -INT64 && bound.value < INT64 ? BIGINT : HUGEINT];
    case "float":
      return [bound.value, DOUBLE];
    case "text":
      return [bound.value.toWellFormed(), VARCHAR];
    case "json":
      return [bound.value, VARCHAR];
    case "bytes":
      return [new DuckDBBlobValue(bound.value), BLOB];
    case "instant":
      return [new DuckDBTimestampTZValue(BigInt(bound.value.getTime()) * 1000n), TIMESTAMPTZ];
    case "list": {
      const members = bound.value.map(bind);
      return [listValue(members.map(([value]) => value)), LIST(members[0]?.[1] ?? SQLNULL)];
    }
  }
}
