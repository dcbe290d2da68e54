import { writeFileSync } from "node:fs";
import type { Row } from "@sandpipe/spec/requirement";
import { prettyReport } from "../report/pretty.js";
import { createProgress } from "../report/progress.js";
import type { Report } from "../report/report.js";
import { earlierFailures, saveFailure } from "../report/saved-failure.js";
import { styleFor } from "../report/style.js";
import { judge } from "../runner/judge.js";
import { UsageError } from "../runner/usage-error.js";
import { ROWS } from "../runner/roles.js";
import { readCommandLine, type Flags } from "./command-line.js";
import type { CliContext } from "./context.js";
import type { ExitCode } from "./exit-code.js";
import { optionalDriver, requireCommand, requireRole } from "./subject-arguments.js";

const FLAGS = {
  only: { kind: "list", value: "GLOB" },
  skip: { kind: "list", value: "GLOB" },
  profile: { kind: "choice", choices: ["core", "full", "strict"] },
  runs: { kind: "integer", value: "N", least: 1 },
  seed: { kind: "integer", value: "N" },
  jobs: { kind: "integer", value: "N", least: 1 },
  "timeout-scale": { kind: "number", value: "X", least: 0.01 },
  "max-check-time": { kind: "number", value: "S", least: 0.1 },
  format: { kind: "choice", choices: ["pretty", "json"] },
  report: { kind: "list", value: "FILE" },
  save: { kind: "text", value: "DIR" },
  driver: { kind: "text", value: "FILE" },
  bail: { kind: "switch" },
} as const satisfies Flags;

/** `sandpipe test`: runs the checks, prints the report, saves failing cases. */
export async function testCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const line = readCommandLine(args, FLAGS);
  const role = requireRole(line.words, "test");
  const command = requireCommand(line, `sandpipe test ${role} -- ./my-${role}`);
  const json = line.text("format") === "json";
  const save = line.text("save") ?? ".sandpipe/failures";
  const scale = line.number("timeout-scale") ?? 1;
  const seconds = line.number("max-check-time");
  const progress = createProgress(context.err, styleFor(context.err, context.env));
  const number = (name: string, key: string): Record<string, number> => {
    const value = line.number(name);
    return value === undefined ? {} : { [key]: value };
  };
  let report: Report;
  try {
    report = await judge({
      role,
      command,
      only: line.list("only"),
      skip: line.list("skip"),
      profile: (line.text("profile") ?? "full") as Row["profile"],
      ...number("runs", "runs"),
      ...number("seed", "seed"),
      ...number("jobs", "jobs"),
      timeoutScale: scale,
      ...(seconds === undefined ? {} : { checkMs: seconds * 1000 * scale }),
      ...optionalDriver(line, role),
      bail: line.has("bail"),
      earlier: save === "none" ? new Map() : earlierFailures(save, role),
      signal: context.signal,
      onStart: (subject, checks, seed) => {
        const who = `${subject.name} ${subject.version}, a ${role} in ${subject.language}`;
        context.err.write(`${who}: ${checks} checks, seed ${seed}\n`);
        progress.start(checks);
      },
      onResult: (result) => progress.result(result),
    });
  } finally {
    progress.stop();
  }
  if (save !== "none") report = saveFailures(report, save);
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  for (const file of line.list("report")) writeReport(file, text);
  const style = styleFor(context.out, context.env);
  context.out.write(json ? text : `\n${prettyReport(report, ROWS, style)}\n`);
  return report.exitCode;
}

function saveFailures(report: Report, folder: string): Report {
  const checks = report.checks.map((result) => {
    const { failure } = result;
    if (!failure || failure.kind === "adapter") return result;
    return { ...result, failure: { ...failure, saved: saveFailure(folder, report.role, result, failure) } };
  });
  return { ...report, checks };
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--report ${file} can't be written: ${(error as Error).message}`);
  }
}
