import type { Row } from "@sandpipe/spec/requirement";
import { checkIds } from "../checks/index.js";
import { readExpectations, writeExpectations } from "../expect/expectations-file.js";
import type { Expectation } from "../expect/expectations.js";
import { FORMAT_NAMES, renderReport, type FormatName } from "../report/formats.js";
import { checkLineOf, endLine, startLine } from "../report/ndjson.js";
import { createProgress, type Progress } from "../report/progress.js";
import { redactHead, redactResult } from "../report/redact-report.js";
import { createRedact } from "../report/redact.js";
import type { CheckResult, Report, RunHead } from "../report/report.js";
import { earlierFailures, saveFailure } from "../report/saved-failure.js";
import { styleFor } from "../report/style.js";
import { judge, type JudgeOptions } from "../runner/judge.js";
import { rowsOf } from "../runner/roles.js";
import { parseShard } from "../runner/shard.js";
import { UsageError } from "../runner/usage-error.js";
import type { JudgedRole } from "../target/target.js";
import { readCommandLine, type CommandLine, type Flags } from "./command-line.js";
import type { CliContext } from "./context.js";
import type { ExitCode } from "./exit-code.js";
import { openReportSinks, type ReportSinks } from "./report-sinks.js";
import {
  optionalDriver,
  JUDGED,
  PROTOCOL_FLAG,
  requireJudged,
  requireProtocol,
  requireRole,
  optionalServers,
  SERVER_FLAGS,
} from "./subject-arguments.js";

const FLAGS = {
  ...PROTOCOL_FLAG,
  transport: { kind: "choice", choices: ["stdio", "http", "both"] },
  only: { kind: "list", value: "GLOB" },
  skip: { kind: "list", value: "GLOB" },
  profile: { kind: "choice", choices: ["core", "full", "strict"] },
  runs: { kind: "integer", value: "N", least: 1 },
  "max-time": { kind: "number", value: "S", least: 0.1 },
  seed: { kind: "integer", value: "N" },
  shard: { kind: "text", value: "i/n" },
  jobs: { kind: "integer", value: "N", least: 1 },
  "timeout-scale": { kind: "number", value: "X", least: 0.01 },
  "max-check-time": { kind: "number", value: "S", least: 0.1 },
  expect: { kind: "text", value: "FILE" },
  "write-expect": { kind: "text", value: "FILE" },
  format: { kind: "choice", choices: FORMAT_NAMES },
  report: { kind: "list", value: "FILE" },
  save: { kind: "text", value: "DIR" },
  driver: { kind: "text", value: "FILE" },
  bail: { kind: "switch" },
  ...SERVER_FLAGS,
} as const satisfies Flags;

/** `sandpipe test`: runs the checks, prints the report, saves failing cases. */
export async function testCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const line = readCommandLine(args, FLAGS);
  const role = requireRole(line.words, "test", JUDGED);
  const command = requireJudged(line, role, `sandpipe test ${role}`);
  const options = { ...judgeOptions(line, role, command), ...optionalServers(line, role, context.env) };
  const expectations = expectationsFor(line, role);
  const save = line.text("save") ?? ".sandpipe/failures";
  const format = (line.text("format") ?? "pretty") as FormatName;
  const sinks = openReportSinks(line.list("report"));
  const told = createTold(context, sinks, format === "ndjson", save === "none" ? undefined : save);
  let report: Report;
  try {
    report = await judge({
      ...options,
      expectations,
      earlier: save === "none" ? new Map() : earlierFailures(save, role, requireProtocol(line, role)),
      signal: context.signal,
      onStart: told.start,
      onResult: told.result,
    });
  } finally {
    told.progress.stop();
  }
  report = told.whole(report);
  sinks.end(report);
  if (format === "ndjson") context.out.write(endLine(report));
  else {
    const style = styleFor(context.out, context.env);
    context.out.write(
      (format === "pretty" ? "\n" : "") + renderReport(report, format, rowsOf(report), style),
    );
  }
  const file = line.text("write-expect");
  if (file !== undefined) {
    const count = writeExpectations(file, report.checks);
    context.err.write(`${count} entries written to ${file}; give each a reason before --expect takes it\n`);
  }
  return report.exitCode;
}

function judgeOptions(line: CommandLine, role: JudgedRole, command: readonly string[]): JudgeOptions {
  const scale = line.number("timeout-scale") ?? 1;
  const given = <K extends keyof JudgeOptions>(key: K, value: JudgeOptions[K] | undefined) =>
    value === undefined ? {} : ({ [key]: value } as Pick<JudgeOptions, K>);
  const milliseconds = (name: string, by = 1): number | undefined => {
    const seconds = line.number(name);
    return seconds === undefined ? undefined : seconds * 1000 * by;
  };
  if (line.number("runs") !== undefined && line.number("max-time") !== undefined)
    throw new UsageError("--runs says how many sessions, --max-time how long: take one of the two");
  const shard = line.text("shard");
  return {
    ...{ role, command, protocol: requireProtocol(line, role) },
    only: line.list("only"),
    skip: line.list("skip"),
    profile: (line.text("profile") ?? "full") as Row["profile"],
    timeoutScale: scale,
    bail: line.has("bail"),
    ...given("runs", line.number("runs")),
    ...given("seed", line.number("seed")),
    ...given("jobs", line.number("jobs")),
    ...given("maxMs", milliseconds("max-time")),
    ...given("checkMs", milliseconds("max-check-time", scale)),
    ...given("shard", shard === undefined ? undefined : parseShard(shard)),
    ...given("transport", line.text("transport") as JudgeOptions["transport"]),
    ...optionalDriver(line, role),
  };
}

function expectationsFor(line: CommandLine, role: JudgedRole): readonly Expectation[] {
  const file = line.text("expect");
  if (file === undefined) return [];
  const transport = (line.text("transport") ?? "both") as "stdio" | "http" | "both";
  return readExpectations(file, {
    transport,
    os: process.platform,
    checks: checkIds(role, requireProtocol(line, role)),
  });
}

/** What is told of a run while it goes on; whatever leaves it is without secrets. */
interface Told {
  readonly progress: Progress;
  start(head: RunHead): void;
  result(result: CheckResult): void;
  /** The report with each check as it was told. */
  whole(report: Report): Report;
}

function createTold(
  context: CliContext,
  sinks: ReportSinks,
  toStdout: boolean,
  save: string | undefined,
): Told {
  const redact = createRedact(context.env);
  const progress = createProgress(context.err, styleFor(context.err, context.env));
  const told = new Map<string, CheckResult>();
  let head: RunHead | undefined;
  return {
    progress,
    start(unsafe) {
      head = redactHead(unsafe, redact);
      const { subject, role, protocol, planned, seed } = head;
      const what = role === "both" ? "a pair" : `a ${role} in ${subject.language}`;
      context.err.write(
        `${subject.name} ${subject.version}, ${what}: ${planned} checks of version ${protocol}, seed ${seed}\n`,
      );
      progress.start(planned);
      sinks.start(head);
      if (toStdout) context.out.write(startLine(head));
    },
    result(unsafe) {
      const clean = redactResult(unsafe, redact);
      const { failure } = clean;
      const saved =
        save === undefined || !head || !failure || failure.kind === "adapter"
          ? clean
          : { ...clean, failure: { ...failure, saved: saveFailure(save, head, clean, failure) } };
      if (!told.has(saved.id)) progress.result(saved);
      told.set(saved.id, saved);
      sinks.result(saved);
      if (toStdout) context.out.write(checkLineOf(saved));
    },
    whole: (report) => ({
      ...report,
      ...head,
      complaints: redact(report.complaints),
      checks: report.checks.map((result) => told.get(result.id) ?? redactResult(result, redact)),
    }),
  };
}
