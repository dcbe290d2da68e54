import { BOTH_CHECKS } from "../checks/both/index.js";
import { BOTH_ROWS } from "../checks/both/rows.js";
import { prettyReport } from "../report/pretty.js";
import { createProgress } from "../report/progress.js";
import { styleFor } from "../report/style.js";
import { judgeTarget, selectChecks } from "../runner/judge.js";
import { UsageError } from "../runner/usage-error.js";
import { startBothTarget } from "../target/both-target.js";
import { readCommandLine, type Flags } from "./command-line.js";
import type { CliContext } from "./context.js";
import type { ExitCode } from "./exit-code.js";
import { optionalDriver } from "./subject-arguments.js";

const FLAGS = {
  only: { kind: "list", value: "GLOB" },
  skip: { kind: "list", value: "GLOB" },
  runs: { kind: "integer", value: "N", least: 1 },
  seed: { kind: "integer", value: "N" },
  jobs: { kind: "integer", value: "N", least: 1 },
  "timeout-scale": { kind: "number", value: "X", least: 0.01 },
  format: { kind: "choice", choices: ["pretty", "json"] },
  driver: { kind: "text", value: "FILE" },
} as const satisfies Flags;

const EXAMPLE = "sandpipe test both -- ./my-host-adapter ---- my-sandbox {script}";

/** `sandpipe test both`: runs a host and a sandbox as a pair and judges what comes of it. */
export async function testBothCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const line = readCommandLine(args, FLAGS);
  if (line.words.length > 0) throw new UsageError(`"${line.words[0]}" is one word too many: ${EXAMPLE}`);
  const [host, sandbox] = splitPair(line.command);
  const rows = new Map(BOTH_ROWS.map((row) => [row.id, row]));
  const checks = selectChecks(BOTH_CHECKS, { only: line.list("only"), skip: line.list("skip") });
  const timeoutScale = line.number("timeout-scale") ?? 1;
  const jobs = line.number("jobs") ?? 4;
  const target = await startBothTarget({
    host,
    sandbox,
    timeoutScale,
    jobs,
    ...optionalDriver(line, "sandbox"),
  });
  const progress = createProgress(context.err, styleFor(context.err, context.env));
  const seed = line.number("seed");
  const runs = line.number("runs");
  const report = await judgeTarget(
    target,
    { checks, rows },
    {
      ...{ jobs, timeoutScale, signal: context.signal },
      ...(seed === undefined ? {} : { seed }),
      ...(runs === undefined ? {} : { runs }),
      onStart(head) {
        context.err.write(`${head.subject.name}: ${head.planned} checks, seed ${head.seed}\n`);
        progress.start(head.planned);
      },
      onResult: (result) => progress.result(result),
    },
    [...host, "----", ...sandbox],
  ).finally(() => progress.stop());
  const pretty = line.text("format") !== "json";
  context.out.write(
    pretty
      ? `\n${prettyReport(report, rows, styleFor(context.out, context.env))}\n`
      : `${JSON.stringify(report, undefined, 2)}\n`,
  );
  return report.exitCode;
}

/** The two command lines. Throws `UsageError` with an example where one is missing. */
function splitPair(
  command: readonly string[] | undefined,
): [host: readonly string[], sandbox: readonly string[]] {
  const at = command?.indexOf("----") ?? -1;
  const host = command?.slice(0, at) ?? [];
  const sandbox = command?.slice(at + 1) ?? [];
  if (at < 1 || sandbox.length === 0)
    throw new UsageError(`the host's command comes after --, the sandbox's after ----: ${EXAMPLE}`);
  return [host, sandbox];
}
