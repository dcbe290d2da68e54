import type { EventEmitter } from "node:events";
import type { Column } from "../../values/index.js";
import type { Statement } from "../engine.js";
import { sizeOf } from "../size.js";
import { mysqlColumn, mysqlReader, type MysqlField } from "./types.js";

/** Rows that wait for the script before the connection stops reading, and about how many bytes. */
const MOST_ROWS = 1024;
const MOST_BYTES = 256 * 1024;

/** The part of a mysql2 connection that a running statement needs. */
export interface StatementConnection extends EventEmitter {
  pause(): void;
  resume(): void;
}

/** The rows of a mysql2 command that was started without a callback, read no faster than they are taken. */
export function createMysqlStatement(command: EventEmitter, connection: StatementConnection): Statement {
  let columns: readonly Column[] = [];
  let readers: readonly ((value: unknown) => unknown)[] = [];
  let rows: unknown[][] = [];
  let bytes = 0;
  let over = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  const settle = (error?: Error): void => {
    over = true;
    failure ??= error;
    connection.removeListener("error", settle);
    wake?.();
  };
  command.on("fields", (fields: readonly MysqlField[] | undefined, result: number) => {
    // A procedure can give several results; the first one is the query's.
    if (fields === undefined || result > 0) return;
    columns = fields.map(mysqlColumn);
    readers = fields.map(mysqlReader);
  });
  command.on("result", (row: unknown, result: number) => {
    if (result > 0 || !Array.isArray(row) || readers.length === 0) return;
    const values = row.map((value: unknown, index) => (value === null ? null : readers[index]?.(value)));
    rows.push(values);
    bytes += sizeOf(values);
    if (rows.length >= MOST_ROWS || bytes >= MOST_BYTES) connection.pause();
    wake?.();
  });
  command.on("error", settle);
  command.on("end", () => settle());
  // The loss of the connection is told to it, not to a command without a callback.
  connection.on("error", settle);

  return {
    get columns() {
      return columns;
    },
    async read() {
      while (rows.length === 0) {
        if (failure !== undefined) throw failure;
        if (over) return undefined;
        await new Promise<void>((resolve) => (wake = resolve));
        wake = undefined;
      }
      const batch = rows;
      rows = [];
      bytes = 0;
      connection.resume();
      return batch;
    },
  };
}
