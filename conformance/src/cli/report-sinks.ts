import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { EXTENSIONS, formatOfFile, renderReport, type FormatName } from "../report/formats.js";
import { checkLineOf, endLine, startLine } from "../report/ndjson.js";
import type { CheckResult, Report, RunHead } from "../report/report.js";
import { rowsOf } from "../runner/roles.js";
import { UsageError } from "../runner/usage-error.js";

/** The files that a run reports to. NDJSON is written as the run goes on, so that a cut run leaves what is known. */
export interface ReportSinks {
  start(head: RunHead): void;
  result(result: CheckResult): void;
  end(report: Report): void;
}

/** Opens report files before anything is run. Throws `UsageError` for one that can't be written or names no format. */
export function openReportSinks(files: readonly string[]): ReportSinks {
  const formats = files.map((file) => ({ file, format: requireFormat(file) }));
  const streams = formats.filter(({ format }) => format === "ndjson").map(({ file }) => open(file, "w"));
  const others = formats.filter(({ format }) => format !== "ndjson");
  for (const { file } of others) closeSync(open(file, "a"));
  const stream = (line: string): void => {
    for (const fd of streams) writeSync(fd, line);
  };
  return {
    start: (head) => stream(startLine(head)),
    result: (result) => stream(checkLineOf(result)),
    end(report) {
      stream(endLine(report));
      for (const fd of streams) closeSync(fd);
      for (const { file, format } of others)
        writeFileSync(file, renderReport(report, format, rowsOf(report)));
    },
  };
}

/** The format that a file's extension names. Throws `UsageError`. */
export function requireFormat(file: string): FormatName {
  const format = formatOfFile(file);
  if (format === undefined)
    throw new UsageError(
      `--report ${file}: its extension names no format; there are ${EXTENSIONS.join(", ")}`,
    );
  return format;
}

function open(file: string, flags: "w" | "a"): number {
  try {
    return openSync(file, flags);
  } catch (error) {
    throw new UsageError(`--report ${file} can't be written: ${(error as Error).message}`);
  }
}
