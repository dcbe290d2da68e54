import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import { messageOf, SandpipeError } from "../errors.js";
import { uniqueNames } from "../values/index.js";

/** How a CSV file is written. */
export interface CsvOptions {
  /** Default `,`. */
  readonly delimiter?: string;
  /** Default `"`. */
  readonly quote?: string;
  /** The columns' names where the file's first line doesn't name them. */
  readonly columns?: readonly string[];
}

/** One row by its columns' names; every value is text, as the file has it. */
export type CsvRow = Record<string, string>;

const MAX_ROWS = 1_000_000;

/** Parses a CSV file (RFC 4180); a byte order mark and empty lines are left out, names that repeat get `_1`, `_2`, …. */
export async function parseCsv(
  fileId: string,
  bytes: AsyncIterable<Uint8Array>,
  { delimiter = ",", quote = '"', columns }: CsvOptions,
): Promise<CsvRow[]> {
  const parser = parse({
    bom: true,
    delimiter,
    quote,
    skip_empty_lines: true,
    columns: columns === undefined ? (names: string[]) => [...uniqueNames(names)] : [...columns],
  });
  const rows: CsvRow[] = [];
  await pipeline(Readable.from(bytes), parser, async (source: AsyncIterable<CsvRow>) => {
    for await (const row of source) {
      if (rows.push(row) > MAX_ROWS) throw tooMany(fileId);
    }
  }).catch((cause: unknown) => {
    if (!(cause instanceof Error && "code" in cause && String(cause.code).startsWith("CSV_"))) throw cause;
    const message = `file ${fileId} is no such CSV: ${messageOf(cause)}`;
    throw new SandpipeError({ code: "invalid_file", message, data: { fileId }, cause });
  });
  return rows;
}

function tooMany(fileId: string): SandpipeError {
  const message = `file ${fileId} has more than ${MAX_ROWS} rows: use ctx.duckdb.registerFile(name, fileId) and query it`;
  return new SandpipeError({
    code: "limit_exceeded",
    message,
    data: { kind: "limit_exceeded", maxRows: MAX_ROWS },
  });
}
