import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { ExitStatus } from "@sandpipe/spec/v1";
import { findCommand, SpawnError } from "./find-command.js";
import { parentDeathLauncher } from "./parent-death.js";

/** How to start a sandbox. */
export interface SpawnOptions {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A running sandbox, the leader of its own process group. */
export interface SandboxProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the process itself has ended, whoever still holds its pipes. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  /** Sends a signal to the whole group; one that is gone is no error. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** Spawns a sandbox. Throws SpawnError, at once or as a rejection, where it can't be started. */
export async function spawnSandbox(options: SpawnOptions): Promise<SandboxProcess> {
  const [name = "", ...args] = options.command;
  const file = findCommand(name, options.environment["PATH"]);
  const [program = file, ...before] = [...parentDeathLauncher(), file];
  const child = spawnPiped(program, [...before, ...args], options);
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? { code: code ?? 0 } : { signal }));
  });
  await started(child);
  // The group's id, kept from the spawn: pid is what it was called then.
  const group = child.pid as number;
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    signal(signalName) {
      try {
        process.kill(-group, signalName);
      } catch {
        // ESRCH: nobody is left in it.
      }
    },
  };
}

function spawnPiped(program: string, args: string[], options: SpawnOptions): ChildProcessWithoutNullStreams {
  try {
    // detached: a session and group of its own (`life:group:own`). Node opens everything close-on-exec, so only
    // 0, 1 and 2 reach the child (`life:descriptors:none-leaked`).
    return spawn(program, args, {
      cwd: options.cwd,
      env: options.environment,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
  } catch (cause) {
    throw new SpawnError(`The command can't be started: ${(cause as Error).message}`, { cause });
  }
}

function started(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => {
      reject(new SpawnError(`The command can't be started: ${cause.message}`, { cause }));
    });
  });
}
