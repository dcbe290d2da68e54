import { readFileSync } from "node:fs";
import { runAdapter } from "../adapter/run-adapter.js";
import { closeInheritedDescriptors } from "../process/inherited-descriptors.js";
import { CommandError } from "./command-error.js";
import { EXIT } from "./exit-code.js";
import { ADAPTER_HELP, MAIN_HELP, OPENRPC_HELP, RUN_HELP, SERVE_HELP, TRACE_HELP } from "./help.js";
import { openrpcCommand } from "./openrpc-command.js";
import { parseRun } from "./parse-run.js";
import { parseServe } from "./parse-serve.js";
import { runCommand } from "./run-command.js";
import { serveCommand } from "./serve-command.js";

closeInheritedDescriptors();

/** Exit with one line that says what to do; a broken stderr must not hide the exit code. */
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof CommandError;
  const text = known ? error.message : `a fault of the host: ${(error as Error).stack ?? String(error)}`;
  process.stderr.write(`sandpipe-host: ${text}\n`);
  process.exitCode = known ? error.exitCode : EXIT.fault;
}

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case "run": {
      const asked = parseRun(args);
      return asked ? await runCommand(asked) : print(RUN_HELP);
    }
    case "serve": {
      const asked = parseServe(args);
      return asked ? await serveCommand(asked) : print(SERVE_HELP);
    }
    case "openrpc":
      return print((await openrpcCommand(args)) ?? OPENRPC_HELP);
    case "trace": {
      // Loaded for this command alone: a run starts without the viewer.
      const { traceCommand } = await import("./trace-command.js");
      const page = await traceCommand(args);
      return print(page === undefined ? TRACE_HELP : `${page}\n`);
    }
    case "adapter":
      return await adapter(args);
    case "--help":
    case "-h":
    case "help":
      return print(MAIN_HELP);
    case "--version":
      return print(`${version()}\n`);
    case undefined:
      throw new CommandError(
        "name a command, run, serve, trace, openrpc or adapter: see sandpipe-host --help",
      );
    default:
      throw new CommandError(
        `there is no command ${command}, only run, serve, trace, openrpc and adapter: see sandpipe-host --help`,
      );
  }
}

async function adapter(args: readonly string[]): Promise<number> {
  if (args[0] === "--help" || args[0] === "-h") return print(ADAPTER_HELP);
  if (args.length > 0) throw new CommandError(`adapter takes no arguments, and got ${args[0]}`);
  const stop = (): void => void process.stdin.destroy();
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  await runAdapter(process.stdin, process.stdout, version());
  // Nothing more is read, and what is written is flushed before the process ends by itself.
  process.stdin.destroy();
  return EXIT.ok;
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
