import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The runtimes that the sandbox lives in. */
export type Runtime = "node" | "bun";

const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

function bun(): string {
  // bun.exe is a stub until Bun's postinstall has run.
  const places = [
    `node_modules/@oven/bun-${process.platform}-${process.arch}/bin/bun`,
    "node_modules/bun/bin/bun.exe",
  ];
  const found = places.map(root).find(existsSync);
  if (found === undefined) throw new Error(`no Bun in ${places.join(" or ")}: npm install brings it`);
  return found;
}

/** The command that runs a TypeScript file of this folder in that runtime. */
function command(runtime: Runtime, file: string): [string, string[]] {
  const script = fileURLToPath(new URL(file, import.meta.url));
  if (runtime === "bun") return [bun(), ["--no-install", script]];
  return [process.execPath, ["--import", import.meta.resolve("tsx"), script]];
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
