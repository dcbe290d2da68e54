import mysql from "mysql2";
import { DatabaseFailure } from "../failure.js";
import type { BoundValue } from "../parameters.js";

const { TypedParameter } = mysql;
const MOST_SIGNED = 2n ** 63n;

/**
 * Parameters as mysql2 binds them to a prepared statement. Integers go as BIGINT: as DOUBLE, mysql2's own choice, they
 * are rounded and refused by LIMIT.
 *
 * @throws DatabaseFailure for an array, which MySQL has no type for.
 */
export function bindMysql(name: string, parameters: readonly BoundValue[]): unknown[] {
  return parameters.map((parameter, index) => {
    switch (parameter.kind) {
      case "null":
        return null;
      case "integer":
        return integer(parameter.value);
      case "float":
        return finite(name, parameter.value, index);
      case "bytes":
        return Buffer.from(parameter.value);
      case "instant":
        return parameter.value.toISOString().replace("T", " ").replace("Z", "");
      case "list":
        throw refused(
          name,
          index,
          "is an array, which MySQL has no type for; pass one placeholder for each member",
        );
      default:
        return parameter.value;
    }
  });
}

function integer(value: bigint): unknown {
  if (value >= -MOST_SIGNED && value < MOST_SIGNED) return TypedParameter.LONGLONG(value);
  if (value >= 0n && value < 2n * MOST_SIGNED) return TypedParameter.LONGLONG.unsigned(value);
  return String(value);
}

function finite(name: string, value: number, index: number): number {
  if (Number.isFinite(value)) return value;
  throw refused(name, index, `is ${value}, which MySQL can't hold`);
}

function refused(name: string, index: number, why: string): DatabaseFailure {
  return new DatabaseFailure({
    code: "sql_error",
    message: `datasource ${name}: parameter ${index + 1} ${why}`,
    data: { code: "invalid_argument" },
  });
}
