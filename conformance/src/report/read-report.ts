import { readFileSync } from "node:fs";
import {
  REPORT_FORMAT,
  type ReportCheck,
  type ReportEnd,
  type ReportLine,
  type ReportStart,
} from "@sandpipe/spec/control";
import * as validators from "#validators";
import { UsageError } from "../runner/usage-error.js";
import { verdictOf } from "../runner/verdict.js";
import { describeFaults } from "../target/describe-faults.js";
import type { CheckResult, Report, RunEnd } from "./report.js";

/** Reads a report as NDJSON or JSON, also one that was cut. Throws `UsageError` that names file, line and member. */
export function readReport(path: string): Report {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path} can't be read: ${(error as Error).message}`);
  }
  return parseReport(text, path);
}

/** The report that a text holds. */
export function parseReport(text: string, path: string): Report {
  const whole = parseJson(text);
  if (isObject(whole) && !("event" in whole) && Array.isArray(whole["checks"])) return fromJson(whole, path);
  const lines = text.split("\n");
  // What comes behind the last LF was being written when the run was cut.
  lines.pop();
  const events = lines.flatMap((line, index) =>
    line === "" ? [] : [readLine(line, `${path}:${index + 1}`)],
  );
  return assemble(events, path);
}

function fromJson(report: Readonly<Record<string, unknown>>, path: string): Report {
  const { checks, ...rest } = report;
  const lines: ReportLine[] = [
    readEvent({ event: "start", format: REPORT_FORMAT, ...rest }, path),
    ...(checks as readonly object[]).map((check) => readEvent({ event: "check", ...check }, path)),
    readEvent({ event: "end", ...rest }, path),
  ];
  return assemble(lines, path);
}

function readLine(line: string, at: string): ReportLine {
  const value = parseJson(line);
  if (!isObject(value)) throw new UsageError(`${at}: no report of this kit: a line is no JSON object`);
  return readEvent(value, at);
}

function readEvent(value: Readonly<Record<string, unknown>>, at: string): ReportLine {
  const check = <T extends ReportLine>(validate: validators.Validator<T>): T => {
    if (validate(value)) return value;
    throw new UsageError(`${at}: not as the report's schema says: ${describeFaults(validate.errors, value)}`);
  };
  switch (value["event"]) {
    case "start":
      if (value["format"] !== REPORT_FORMAT)
        throw new UsageError(
          `${at}: report format ${String(value["format"])}; this kit reads ${REPORT_FORMAT}`,
        );
      return check<ReportStart>(validators.ReportStart);
    case "check":
      return check<ReportCheck>(validators.ReportCheck);
    case "end":
      return check<ReportEnd>(validators.ReportEnd);
    default:
      throw new UsageError(`${at}: no report of this kit: event ${JSON.stringify(value["event"])}`);
  }
}

/** Puts a report together; without its last line it is one of a run that was interrupted. */
function assemble(lines: readonly ReportLine[], path: string): Report {
  const [start, ...rest] = lines;
  if (start?.event !== "start")
    throw new UsageError(`${path}: no report of this kit: it begins with no "start"`);
  const byId = new Map<string, CheckResult>();
  let end: ReportEnd | undefined;
  for (const line of rest) {
    if (line.event === "start")
      throw new UsageError(`${path}: holds two reports; give each a file of its own`);
    if (line.event === "end") end = line;
    else {
      const { event: _, ...result } = line;
      byId.set(result.id, result);
    }
  }
  const checks = [...byId.values()];
  const { event: _start, format: _format, ...head } = start;
  if (end && checks.length !== head.planned)
    throw new UsageError(
      `${path}: says that it has ${head.planned} checks and holds ${checks.length}: it isn't whole`,
    );
  const { event: _end, ...ending } = end ?? cutEnd(checks, start);
  return { ...head, checks, ...(ending as RunEnd) };
}

function cutEnd(checks: readonly CheckResult[], { profile }: ReportStart): ReportEnd {
  const grounds = { profile, complaints: [], staleExpectations: [], interrupted: true };
  const sum = (count: (result: CheckResult) => number): number =>
    checks.reduce((total, result) => total + count(result), 0);
  return {
    event: "end",
    ...grounds,
    ...verdictOf(checks, grounds),
    sessions: sum(({ sessions }) => sessions),
    exchanges: sum(({ exchanges }) => exchanges),
    ms: Math.max(0, ...checks.map(({ ms }) => ms)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
