import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** A command can't be started, and what to do about it. */
export class SpawnError extends Error {
  override readonly name = "spawn_failed";
}

/**
 * Finds the file that a command names, as `execvp` would, before anything is spawned: behind a launcher such as
 * setpriv the kernel's own ENOENT or EACCES would be the launcher's exit code (`life:spawn:failed-report`).
 * Throws {@link SpawnError}.
 */
export function findCommand(command: string, path: string | undefined): string {
  if (command === "" || command.includes("\0")) throw new SpawnError("The command is no file name");
  if (command.includes("/")) return checkExecutable(resolve(command));
  for (const folder of (path ?? "/usr/local/bin:/usr/bin:/bin").split(delimiter)) {
    try {
      return checkExecutable(resolve(join(folder === "" ? "." : folder, command)));
    } catch {
      // Not in this folder.
    }
  }
  throw new SpawnError(`The command ${command} is in no folder of PATH: install it, or give its path`);
}

function checkExecutable(file: string): string {
  let isFile: boolean;
  try {
    isFile = statSync(file).isFile();
  } catch (cause) {
    throw new SpawnError(`The command ${file} can't be found: check its path`, { cause });
  }
  if (!isFile) throw new SpawnError(`The command ${file} is no file: give the path of a program`);
  try {
    accessSync(file, constants.X_OK);
  } catch (cause) {
    throw new SpawnError(`The command ${file} may not be executed: chmod +x it`, { cause });
  }
  return file;
}
