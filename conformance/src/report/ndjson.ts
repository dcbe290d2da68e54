import { REPORT_FORMAT, type ReportLine } from "@sandpipe/spec/control";
import type { CheckResult, Report, RunEnd, RunHead } from "./report.js";

const lineOf = (line: ReportLine): string => `${JSON.stringify(line)}\n`;

/** The first line of a streamed report. */
export function startLine({ ...head }: RunHead): string {
  return lineOf({ event: "start", format: REPORT_FORMAT, ...head });
}

/** One check's line. */
export function checkLineOf(result: CheckResult): string {
  return lineOf({ event: "check", ...result });
}

/** The last line. */
export function endLine(end: RunEnd): string {
  const { verdict, exitCode, complaints, staleExpectations, interrupted, sessions, exchanges, ms } = end;
  return lineOf({
    event: "end",
    ...{ verdict, exitCode, complaints, staleExpectations, interrupted, sessions, exchanges, ms },
  });
}

/** A whole report as it would have been streamed. */
export function ndjsonReport(report: Report): string {
  return startLine(headOf(report)) + report.checks.map(checkLineOf).join("") + endLine(report);
}

/** What of a report was known before its first check. */
export function headOf(report: Report): RunHead {
  const { kit, role, subject, protocol, command, driver, seed, profile, planned, shard, os, started } =
    report;
  return {
    ...{ kit, role, subject, protocol, command, seed, profile, planned, os, started },
    ...(driver === undefined ? {} : { driver }),
    ...(shard ? { shard } : {}),
  };
}
