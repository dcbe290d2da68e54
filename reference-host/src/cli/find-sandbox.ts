import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SpawnError, findCommand } from "../process/find-command.js";
import { CommandError } from "./command-error.js";
import { EXIT } from "./exit-code.js";

const NAME = "sandpipe-sandbox";

/** The command that runs a script: the one that was asked for, else the installed sandbox. Throws CommandError. */
export function findSandbox(asked: string | undefined, cwd: string): string[] {
  if (asked !== undefined) {
    // A path may hold spaces; anything else is a program and its arguments.
    const words = existsSync(resolve(cwd, asked))
      ? [asked]
      : asked.split(/\s+/).filter((word) => word !== "");
    if (words.length === 0) throw new CommandError("--sandbox needs a command, such as ./my-sandbox");
    return words;
  }
  const own = dirname(fileURLToPath(import.meta.url));
  for (const start of [cwd, own]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", ".bin", NAME);
      if (existsSync(candidate)) return [candidate];
      if (folder === dirname(folder)) break;
    }
  }
  try {
    return [findCommand(NAME, process.env["PATH"])];
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const message = `There is no ${NAME} here: npm install @sandpipe/sandbox, or name another by --sandbox COMMAND`;
    throw new CommandError(message, EXIT.unavailable);
  }
}
