import type { EmitData } from "@sandpipe/spec/v1";
import type { Row } from "../values/index.js";

/** How a table is shown. */
export interface TableOptions {
  /** Which columns, in which order; default: those of all rows that are shown, in the order in which they come. */
  readonly columns?: readonly string[];
  /** Rows at most; default 100. */
  readonly maxRows?: number;
}

/** A table as it is emitted (`application/json`). */
export interface EmittedTable {
  readonly columns: readonly { readonly name: string }[];
  /** Values in the order of the columns; null where a row has none. */
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there were more rows than are here. */
  readonly truncated: boolean;
}

const DEFAULT_ROWS = 100;
const VEGA_LITE = "application/vnd.vegalite.v5+json";

/** Makes the forms of a table: JSON for programs and Markdown for people. */
export function tableForms(
  rows: readonly Row[],
  { columns, maxRows = DEFAULT_ROWS }: TableOptions = {},
): EmitData {
  const shown = rows.slice(0, maxRows);
  const names = columns ?? [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const table: EmittedTable = {
    columns: names.map((name) => ({ name })),
    rows: shown.map((row) => names.map((name) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null))),
    truncated: rows.length > shown.length,
  };
  return { "application/json": table, "text/markdown": markdown(names, table, rows.length - shown.length) };
}

/** Makes the form of a chart: a Vega-Lite specification (an object), an SVG (text that begins with `<`) or a PNG (bytes). */
export function chartForms(chart: object | string | Uint8Array): EmitData {
  if (chart instanceof Uint8Array) {
    const isPng = chart[0] === 0x89 && chart[1] === 0x50 && chart[2] === 0x4e && chart[3] === 0x47;
    if (!isPng) throw new TypeError("ctx.chart takes bytes of a PNG only: these begin otherwise");
    return { "image/png": { base64: Buffer.from(chart).toString("base64") } };
  }
  if (typeof chart === "string") {
    if (!/^\s*</.test(chart))
      throw new TypeError("ctx.chart takes text of an SVG only: this doesn't begin with <");
    return { "image/svg+xml": chart };
  }
  return { [VEGA_LITE]: chart };
}

function markdown(names: readonly string[], { rows }: EmittedTable, more: number): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const cell = (value: unknown): string =>
    (typeof value === "string" ? value : value === null ? "" : JSON.stringify(value))
      .replaceAll("\\", "\\\\")
      .replaceAll("|", "\\|")
      .replace(/\r?\n/g, " ");
  const lines = [
    line(names.map(cell)),
    line(names.map(() => "---")),
    ...rows.map((row) => line(row.map(cell))),
  ];
  return `${lines.join("\n")}\n${more > 0 ? `\n… and ${more} more rows\n` : ""}`;
}
