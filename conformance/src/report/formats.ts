import { extname } from "node:path";
import type { Row } from "@sandpipe/spec/requirement";
import { badge } from "./badge.js";
import { htmlReport } from "./html/html-report.js";
import { junitReport } from "./junit.js";
import { markdownReport } from "./markdown.js";
import { ndjsonReport } from "./ndjson.js";
import { prettyReport } from "./pretty.js";
import type { Report } from "./report.js";
import { PLAIN, type Style } from "./style.js";
import { tapReport } from "./tap.js";

/** A form that a report can be given in. */
export type FormatName = "pretty" | "json" | "ndjson" | "junit" | "tap" | "markdown" | "html" | "badge";

type Render = (report: Report, rows: ReadonlyMap<string, Row>, style: Style) => string;

const FORMATS: Readonly<
  Record<FormatName, { readonly extensions: readonly string[]; readonly render: Render }>
> = {
  pretty: { extensions: [".txt"], render: (report, rows, style) => `${prettyReport(report, rows, style)}\n` },
  json: { extensions: [".json"], render: (report) => `${JSON.stringify(report, undefined, 2)}\n` },
  ndjson: { extensions: [".ndjson", ".jsonl"], render: ndjsonReport },
  junit: { extensions: [".xml"], render: junitReport },
  tap: { extensions: [".tap"], render: tapReport },
  markdown: { extensions: [".md"], render: markdownReport },
  html: { extensions: [".html", ".htm"], render: htmlReport },
  badge: { extensions: [".svg"], render: badge },
};

/** All formats by name. */
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** A report in one form. */
export function renderReport(
  report: Report,
  format: FormatName,
  rows: ReadonlyMap<string, Row>,
  style: Style = PLAIN,
): string {
  return FORMATS[format].render(report, rows, style);
}

/** The format that a file's name asks for. */
export function formatOfFile(path: string): FormatName | undefined {
  const extension = extname(path).toLowerCase();
  return FORMAT_NAMES.find((name) => FORMATS[name].extensions.includes(extension));
}

/** The extensions that name a format, for messages. */
export const EXTENSIONS: readonly string[] = FORMAT_NAMES.flatMap((name) => FORMATS[name].extensions);
