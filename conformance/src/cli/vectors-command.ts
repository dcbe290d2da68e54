import { cpSync } from "node:fs";
import { UsageError } from "../runner/usage-error.js";
import { checkDecoder } from "../vectors/check.js";
import { loadStreamVectors, VECTORS_FOLDER } from "../vectors/load.js";
import { loadHttpVectors, runHttpVectors } from "../vectors/run-http.js";
import { loadSessionVectors, runSessionVectors } from "../vectors/run-sessions.js";
import { readCommandLine, type CommandLine } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";

/** `sandpipe vectors`: runs the vectors against a decoder or a host, or copies them. */
export async function vectorsCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const line = readCommandLine(args, {
    check: { kind: "switch" },
    sessions: { kind: "switch" },
    http: { kind: "switch" },
    copy: { kind: "text", value: "DIR" },
    protocol: { kind: "choice", choices: ["0", "1"] },
    "timeout-scale": { kind: "number", value: "X", least: 0.01 },
  });
  // `vectors copy DIR`, as other commands take their words, means the same.
  const [word, target] = line.words;
  const copies = word === "copy" && target !== undefined && line.words.length === 2;
  const folder = copies ? target : line.text("copy");
  const asked = ["check", "sessions", "http"].filter((name) => line.has(name)).length + (folder ? 1 : 0);
  if (asked !== 1 || (line.words.length > 0 && !copies))
    throw new UsageError(
      "say one of --check, --sessions, --http and --copy DIR, as in: sandpipe vectors --check -- ./my-decoder",
    );
  if (folder !== undefined) {
    cpSync(VECTORS_FOLDER, folder, { recursive: true });
    context.out.write(`copied to ${folder}\n`);
    return EXIT.conforms;
  }
  const command = line.command ?? [];
  if (command.length === 0)
    throw new UsageError("name a program after --, as in: sandpipe vectors --check -- ./my-decoder");
  return line.has("check") ? check(line, command, context) : play(line, command, context);
}

async function check(
  line: CommandLine,
  command: readonly string[],
  { out, err }: CliContext,
): Promise<ExitCode> {
  const vectors = loadStreamVectors(line.text("protocol") === "0" ? 0 : 1);
  const scale = line.number("timeout-scale") ?? 1;
  const report = await checkDecoder(command, vectors, 20_000 * scale);
  for (const { id, why, requirements, cuts, difference } of report.failures) {
    const where = cuts.length === 0 ? "in one read" : `cut at ${cuts.slice(0, 8).join(", ")}`;
    out.write(`FAILED ${id} (${requirements.join(", ")}), ${where}\n    ${why}\n    ${difference}\n`);
  }
  const { told, failures, questions, broken } = report;
  const notTold = [told.violations ? [] : ["violations"], told.answers ? [] : ["answers"]].flat();
  const silent = notTold.length === 0 ? "" : `; it tells no ${notTold.join(" and no ")}: not judged`;
  if (questions > 0)
    out.write(`${vectors.length} vectors, ${questions} streams, ${failures.length} wrong${silent}\n`);
  if (broken !== undefined) {
    err.write(`sandpipe: the decoder could not be asked to the end, ${broken}\n`);
    return questions === 0 ? EXIT.unavailable : EXIT.undecided;
  }
  return failures.length === 0 ? EXIT.conforms : EXIT.fails;
}

async function play(
  line: CommandLine,
  command: readonly string[],
  { out, signal }: CliContext,
): Promise<ExitCode> {
  const options = { command, timeoutScale: line.number("timeout-scale") ?? 1, jobs: 4 };
  const verdicts = line.has("http")
    ? await runHttpVectors(options, loadHttpVectors())
    : await runSessionVectors(options, loadSessionVectors(), signal);
  const wrong = verdicts.filter(({ faults = [] }) => faults.length > 0);
  for (const { vector, faults = [] } of wrong)
    out.write(
      `FAILED ${vector.id} (${vector.requirements.join(", ")})\n    ${vector.why}\n    ${faults.join("\n    ")}\n`,
    );
  const left = verdicts.filter(({ faults }) => faults === undefined).length;
  const what = line.has("http") ? "HTTP sessions" : "sessions";
  out.write(`${verdicts.length - left} ${what}, ${wrong.length} wrong, ${left} not applicable\n`);
  return wrong.length === 0 ? EXIT.conforms : EXIT.fails;
}
