import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What `sandpipe-host run --json` tells. */
export interface Report {
  readonly outcome: string;
  readonly result: unknown;
  readonly output: string;
  readonly emits: readonly { name: string; data: Record<string, unknown> }[];
  readonly violationCount?: number;
  readonly transport?: string;
}

const HOST = fileURLToPath(new URL("../reference-host/bin/sandpipe-host.mjs", import.meta.url));

/** Runs a script as its comment says, through the real host and the real sandbox, to the outcome ok. */
export async function run(script: string, ...options: string[]): Promise<Report> {
  return execute(script, options, true);
}

/** The same, whatever the outcome is. */
export async function report(script: string, ...options: string[]): Promise<Report> {
  return execute(script, options, false);
}

function execute(script: string, options: readonly string[], mustBeOk: boolean): Promise<Report> {
  const path = script.startsWith("/") ? script : fileURLToPath(new URL(script, import.meta.url));
  const args = [HOST, "run", path, "--json", ...options];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error !== null && (mustBeOk || stdout === ""))
        reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
      else resolve(JSON.parse(stdout) as Report);
    });
  });
}
