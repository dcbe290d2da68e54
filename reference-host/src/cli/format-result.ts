import { visibleText } from "./visible-text.js";

/** Rows that are printed of a table; the rest is counted. */
const PRINTED_ROWS = 100;

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A script's result as text: a table where it is one, else JSON. */
export function formatResult(value: unknown): string {
  const table = readTable(value);
  return table ? formatTable(table) : `${JSON.stringify(value, null, 2)}\n`;
}

/** A table is an array of flat objects, or `{columns, rows}` with rows as arrays or flat objects. */
function readTable(value: unknown): Table | undefined {
  if (Array.isArray(value)) return fromObjects(value);
  if (!isObject(value) || !Array.isArray(value["columns"]) || !Array.isArray(value["rows"])) return undefined;
  const columns = (value["columns"] as unknown[]).map((column) =>
    isObject(column) ? column["name"] : column,
  );
  const rows = value["rows"] as unknown[];
  if (!columns.every((column) => typeof column === "string")) return undefined;
  if (rows.every(Array.isArray)) {
    const lists = rows as unknown[][];
    return lists.every((row) => row.length === columns.length && row.every(isFlat))
      ? { columns, rows: lists }
      : undefined;
  }
  return rows.every(isFlatObject)
    ? { columns, rows: rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column])) }
    : undefined;
}

function fromObjects(values: readonly unknown[]): Table | undefined {
  if (values.length === 0 || !values.every(isFlatObject)) return undefined;
  const columns = [...new Set(values.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return undefined;
  return { columns, rows: values.map((row) => columns.map((column) => row[column])) };
}

function formatTable({ columns, rows }: Table): string {
  const shown = rows.slice(0, PRINTED_ROWS);
  const cells = shown.map((row) => row.map(formatCell));
  const heads = columns.map(visibleText);
  const widths = heads.map((head, at) =>
    Math.max(width(head), ...cells.map((row) => width(row[at] as string))),
  );
  const numeric = columns.map((_, at) =>
    shown.every((row) => row[at] == null || typeof row[at] === "number"),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => pad(cell, widths[at] as number, numeric[at] as boolean))
      .join("  ")
      .trimEnd();
  const lines = [line(heads), widths.map((size) => "─".repeat(size)).join("  "), ...cells.map(line)];
  if (rows.length > shown.length)
    lines.push(`… and ${rows.length - shown.length} more rows: --json prints all`);
  return `${lines.join("\n")}\n`;
}

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? visibleText(value) : String(value);
}

function pad(cell: string, size: number, right: boolean): string {
  const space = " ".repeat(size - width(cell));
  return right ? space + cell : cell + space;
}

function width(text: string): number {
  return [...text].length;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFlat(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function isFlatObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.values(value).every(isFlat);
}
