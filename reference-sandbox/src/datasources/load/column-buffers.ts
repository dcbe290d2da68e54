import type { DuckDBValue } from "@duckdb/node-api";
import type { Row } from "../../values/index.js";
import { DatabaseFailure } from "../failure.js";
import { sizeOf } from "../size.js";
import { typeSql, type TableColumn } from "./table-types.js";
import type { ToDuckdb } from "./to-duckdb.js";

/** A vector of DuckDB's. */
const CHUNK_ROWS = 2048;
/** About how much waits in memory before it goes into the table. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/** Rows on their way into a table, column by column. */
export interface ColumnBuffers {
  /** Rows taken so far, those that wait among them. */
  readonly rows: number;
  /** Rows that wait. */
  readonly waiting: number;
  /**
   * Takes a row; true says that what waits should be taken now.
   *
   * @throws DatabaseFailure that names row, column and value when a value or a name has no place in the table.
   */
  add(row: Row): boolean;
  /** Hands over what waits, one array a column, and starts anew. */
  take(): readonly DuckDBValue[][];
}

/** Creates the buffers of a table with these columns. */
export function createColumnBuffers(
  table: string,
  columns: readonly TableColumn[],
  convert: readonly ToDuckdb[],
): ColumnBuffers {
  const names = new Set(columns.map(({ name }) => name));
  let waiting: DuckDBValue[][] = columns.map(() => []);
  let count = 0;
  let bytes = 0;
  let rows = 0;

  const refuse = (what: string): DatabaseFailure =>
    new DatabaseFailure({
      code: "sql_error",
      message: `can't load row ${rows} into table ${JSON.stringify(table)}: ${what}`,
      data: { engine: "duckdb", row: rows },
    });

  return {
    get rows() {
      return rows;
    },
    get waiting() {
      return count;
    },
    add(row) {
      rows += 1;
      for (const name of Object.keys(row))
        if (!names.has(name))
          throw refuse(
            `it has a column ${JSON.stringify(name)} that no row had when the table was made; give it a type in {types}`,
          );
      columns.forEach(({ name, type }, index) => {
        const value = Object.hasOwn(row, name) ? row[name] : null;
        const converted = value === null || value === undefined ? null : convert[index]?.(value);
        if (converted === undefined)
          throw refuse(
            `${shown(value)} in column ${JSON.stringify(name)} is no ${typeSql(type)}; ` +
              `give the column another type, e.g. {types: {${JSON.stringify(name)}: "VARCHAR"}}, or cast it in the query`,
          );
        waiting[index]?.push(converted);
      });
      count += 1;
      bytes += sizeOf(Object.values(row));
      return count === CHUNK_ROWS || bytes >= CHUNK_BYTES;
    },
    take() {
      const taken = waiting;
      waiting = columns.map(() => []);
      count = 0;
      bytes = 0;
      return taken;
    },
  };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? typeof value : text.slice(0, 80);
}
