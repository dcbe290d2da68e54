import { UsageError } from "../runner/usage-error.js";
import { KIT_VERSION } from "../runner/kit-version.js";
import { SubjectError } from "../target/target.js";
import { nearest, suggest } from "./command-line.js";
import type { CliContext } from "./context.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { HELP, type CommandName } from "./help.js";

type Command = (args: readonly string[], context: CliContext) => ExitCode | Promise<ExitCode>;

/** Each command is loaded when it is asked for: `self` is started for every session of a sandbox. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  test: async () => (await import("./test-command.js")).testCommand,
  smoke: async () => (await import("./smoke-command.js")).smokeCommand,
  replay: async () => (await import("./replay-command.js")).replayCommand,
  list: async () => (await import("./list-command.js")).listCommand,
  explain: async () => (await import("./explain-command.js")).explainCommand,
  init: async () => (await import("./init-command.js")).initCommand,
  report: async () => (await import("./report-command.js")).reportCommand,
  vectors: async () => (await import("./vectors-command.js")).vectorsCommand,
  trace: async () => (await import("./trace-command.js")).traceCommand,
  self: async () => (await import("./self-command.js")).selfCommand,
};

/** Runs one command line of `sandpipe`; resolves with its exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const [first, ...rest] = args;
  const name = (Object.keys(COMMANDS) as CommandName[]).find((command) => command === first);
  const own = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  try {
    if (first === "--version") return say(context, KIT_VERSION);
    if (first === "--help" || first === "-h" || first === "help") return say(context, HELP[""]);
    if (name && (own.includes("--help") || own.includes("-h"))) return say(context, HELP[name]);
    if (!name) throw new UsageError(first === undefined ? HELP[""] : unknownCommand(first));
    const command = await COMMANDS[name]();
    return await command(rest, context);
  } catch (error) {
    return explainError(error, context);
  }
}

function say({ out }: CliContext, text: string): ExitCode {
  out.write(`${text}\n`);
  return EXIT.conforms;
}

function unknownCommand(word: string): string {
  const names = Object.keys(COMMANDS);
  const hint =
    nearest(word, names).length > 0 ? suggest(word, names) : `; the commands are ${names.join(", ")}`;
  return `unknown command ${JSON.stringify(word)}${hint}`;
}

function explainError(error: unknown, { err }: CliContext): ExitCode {
  if (error instanceof UsageError) {
    err.write(`sandpipe: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof SubjectError) {
    const stderr = error.stderr.trimEnd();
    err.write(`sandpipe: ${error.message}\n${stderr === "" ? "" : `its stderr:\n${stderr}\n`}`);
    return EXIT.unavailable;
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  err.write(`sandpipe: a fault of the kit itself, please report it:\n${told}\n`);
  return EXIT.kit;
}
