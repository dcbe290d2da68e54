import type { Column } from "../values/index.js";
import type { BoundValue } from "./parameters.js";

/** One statement as an engine gets it. */
export interface StatementRequest {
  readonly sql: string;
  readonly parameters: readonly BoundValue[];
  /** What the server itself is to hold it to; 0 is without end. */
  readonly timeoutMs: number;
  /** Whether its rows are taken as the script wants them: then the server's time-out must not count the script's own. */
  readonly streaming: boolean;
}

/** A statement that runs. */
export interface Statement {
  /** Known from the first `read` on. */
  readonly columns: readonly Column[];
  /** Some rows, in the forms of the table, in the order of `columns`; undefined after the last. */
  read(): Promise<readonly (readonly unknown[])[] | undefined>;
}

/** A connection lent to one statement; exactly one of `release` and `cancel` ends the loan. */
export interface Lease {
  start(request: StatementRequest): Promise<Statement>;
  /** Gives the connection back after the statement's last row, clean for the next. */
  release(): Promise<void>;
  /**
   * Stops on the server what runs here (`data:query:limits-reach-server`), and gives the connection up for good: a cancel
   * that comes late could hit the next statement of one that is used again (`data:query:next-unharmed`, R61).
   */
  cancel(): Promise<void>;
}

/** A pool of connections to one server. */
export interface Engine {
  lease(): Promise<Lease>;
  /** Closes what is idle; leases must have ended. */
  close(): Promise<void>;
}

/**
 * Whether a statement may leave something behind on its connection (a setting, an open transaction, a lock): such a
 * connection isn't used again. Told by the first word, what isn't known counts as yes.
 */
export function leavesTraces(sql: string): boolean {
  const word = /^(?:\s|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*([a-z]+)/i
    .exec(sql)?.[1]
    ?.toLowerCase();
  return word === undefined || !HARMLESS.has(word);
}

const HARMLESS: ReadonlySet<string> = new Set([
  ...["select", "with", "values", "table", "show", "explain", "describe", "desc", "analyze"],
  ...["insert", "update", "delete", "merge", "replace"],
]);
