import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Puts the script where the command says `{script}`, else at its end. */
export function completeCommand(command: readonly string[], script: string): string[] {
  const placed = command.map((word) => word.replaceAll("{script}", script));
  return command.some((word) => word.includes("{script}")) ? placed : [...placed, script];
}

/** The command without its script, for a session that names it in the answer of `session.open`. */
export function commandWithoutScript(command: readonly string[]): string[] {
  return command.filter((word) => !word.includes("{script}"));
}

/** The same command for another working folder: words that name files by a relative path name them by an absolute one. */
export function commandFromElsewhere(command: readonly string[]): string[] {
  return command.map((word) => (/[./]/.test(word) && existsSync(word) ? resolve(word) : word));
}

/** The kit's own driver: next to this module in the built kit; from its sources, the built one. */
export function builtDriver(): string {
  const beside = fileURLToPath(new URL("../drivers/javascript.js", import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL("../../dist/drivers/javascript.js", import.meta.url));
}
