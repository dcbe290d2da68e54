import { writeSync } from "node:fs";

/** One line for whoever started the sandbox, on the process's own stderr. */
export function say(line: string): void {
  try {
    writeSync(2, `sandpipe-sandbox: ${line}\n`);
  } catch {
    // Nobody reads it.
  }
}
