import { execFile, spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { executable, type Runtime } from "../../testing/runtimes.js";

/** The command that runs a TypeScript file of this folder in that runtime. */
function command(runtime: Runtime, file: string): [string, string[]] {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const words = runtime === "bun" ? ["--no-install"] : ["--import", import.meta.resolve("tsx")];
  return [executable(runtime), [...words, script]];
}

/** Runs a file of this folder to its end and returns what it printed. */
export async function runFile(
  runtime: Runtime,
  file: string,
  env: { readonly [name: string]: string },
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  const [program, words] = command(runtime, file);
  return promisify(execFile)(program, [...words, ...args], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 300_000,
    killSignal: "SIGKILL",
  });
}

/** Starts a file of this folder. */
export function startFile(
  runtime: Runtime,
  file: string,
  env: { readonly [name: string]: string },
  ...args: string[]
): ChildProcess {
  const [program, words] = command(runtime, file);
  return spawn(program, [...words, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
}
