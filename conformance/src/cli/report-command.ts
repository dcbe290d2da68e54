import { writeFileSync } from "node:fs";
import { diffReports, diffText } from "../report/diff.js";
import { FORMAT_NAMES, renderReport, type FormatName } from "../report/formats.js";
import { gridMarkdown, gridOf } from "../report/grid.js";
import { htmlGrid } from "../report/html/html-grid.js";
import { mergeReports } from "../report/merge.js";
import { readReport } from "../report/read-report.js";
import type { Report } from "../report/report.js";
import { styleFor } from "../report/style.js";
import { rowsOf } from "../runner/roles.js";
import { UsageError } from "../runner/usage-error.js";
import { readCommandLine, type CommandLine, type Flags } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";

/** One flag a format, each with the file that gets it. */
const FLAGS: Flags = Object.fromEntries(FORMAT_NAMES.map((name) => [name, { kind: "text", value: "FILE" }]));
const EXAMPLE = "sandpipe report out.ndjson --html out.html";
const STDOUT = "-";

/** `sandpipe report`: other forms of a report, several in one grid, the difference of two, a badge. */
export function reportCommand(args: readonly string[], context: CliContext): ExitCode {
  const line = readCommandLine(args, FLAGS);
  const [first, ...rest] = line.words;
  switch (first) {
    case undefined:
      throw new UsageError(`which report? For instance: ${EXAMPLE}`);
    case "merge":
      return merge(line, rest, context);
    case "diff":
      return diff(line, rest, context);
    case "badge":
      requireCount(rest, 1, "sandpipe report badge out.ndjson > badge.svg");
      return convertTo("badge", readReport(rest[0] ?? ""), context);
    default:
      requireCount(line.words, 1, `${EXAMPLE} (several: sandpipe report merge FILE…)`);
      return convert(line, readReport(first), context);
  }
}

function convertTo(format: FormatName, report: Report, context: CliContext): ExitCode {
  return say(context, renderReport(report, format, rowsOf(report)));
}

function convert(line: CommandLine, report: Report, context: CliContext): ExitCode {
  return put(line, context, "pretty", (format, toStdout) =>
    renderReport(report, format, rowsOf(report), toStdout ? styleFor(context.out, context.env) : undefined),
  );
}

function merge(line: CommandLine, files: readonly string[], context: CliContext): ExitCode {
  if (files.length < 2)
    throw new UsageError("merge takes two reports or more: sandpipe report merge a.ndjson b.ndjson");
  const subjects = mergeReports(files.map(readReport));
  const [only] = subjects;
  if (subjects.length === 1 && only) return convert(line, only, context);
  if (subjects.some(({ protocol }) => protocol !== subjects[0]?.protocol))
    throw new UsageError("the reports are of different versions of the protocol: make one grid of each");
  const grid = gridOf(subjects, new Map(subjects.flatMap((report) => [...rowsOf(report)])));
  return put(line, context, "markdown", (format) => {
    switch (format) {
      case "markdown":
        return gridMarkdown(grid);
      case "html":
        return htmlGrid(grid);
      case "json":
        return `${JSON.stringify(grid, undefined, 2)}\n`;
      default:
        throw new UsageError(
          `--${format} holds one subject, and these are ${subjects.length}; take --html, --markdown or --json`,
        );
    }
  });
}

function diff(line: CommandLine, files: readonly string[], context: CliContext): ExitCode {
  const example = "sandpipe report diff old.ndjson new.ndjson";
  requireCount(files, 2, example);
  const [before, after] = files.map(readReport);
  if (!before || !after) throw new UsageError(example);
  const asked = FORMAT_NAMES.filter((name) => line.text(name) !== undefined && name !== "json");
  if (asked.length > 0)
    throw new UsageError(`diff has no --${asked[0]}; take --json FILE, or nothing for text`);
  const found = diffReports(before, after);
  const json = line.text("json");
  if (json !== undefined) write(json, `${JSON.stringify(found, undefined, 2)}\n`, context);
  if (json !== STDOUT) context.out.write(diffText(before, after, found));
  return found.worse ? EXIT.fails : EXIT.conforms;
}

/** Writes each form that was asked for; without any, one to stdout. */
function put(
  line: CommandLine,
  context: CliContext,
  otherwise: FormatName,
  render: (format: FormatName, toStdout: boolean) => string,
): ExitCode {
  const asked = FORMAT_NAMES.filter((name) => line.text(name) !== undefined);
  if (asked.length === 0) return say(context, render(otherwise, true));
  for (const format of asked) {
    const file = line.text(format) ?? STDOUT;
    write(file, render(format, file === STDOUT), context);
  }
  return EXIT.conforms;
}

function write(file: string, text: string, { out }: CliContext): void {
  if (file === STDOUT) return void out.write(text);
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${file} can't be written: ${(error as Error).message}`);
  }
}

function say({ out }: CliContext, text: string): ExitCode {
  out.write(text);
  return EXIT.conforms;
}

function requireCount(words: readonly string[], count: number, example: string): void {
  if (words.length !== count)
    throw new UsageError(
      `${count} ${count === 1 ? "file" : "files"} wanted, ${words.length} given: ${example}`,
    );
}
