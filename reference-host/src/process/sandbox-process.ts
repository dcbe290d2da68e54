import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { ExitStatus } from "@sandpipe/spec/v1";
import { exitFromNamespace, namespaceProcesses } from "../isolation/namespace-processes.js";
import { findCommand, SpawnError } from "./find-command.js";
import { parentDeathLauncher } from "./parent-death.js";

/** How to start a sandbox. */
export interface SpawnOptions {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Put before the command: programs that end in `exec`, so that the spawned pid stays the command's. */
  readonly launcher?: readonly string[];
  /** Takes the command into a namespace of bubblewrap's. */
  isolate?(command: readonly string[]): IsolatedCommand;
}

/** A command that bubblewrap runs. */
export interface IsolatedCommand {
  /** Where bwrap is. */
  readonly program: string;
  /** Its options, environment included: by a descriptor, for everybody can read a command line. */
  readonly options: readonly string[];
}

/** The descriptor on which bwrap reads its options. */
const OPTIONS_DESCRIPTOR = 3;

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
  const command = [findCommand(name, options.environment["PATH"]), ...args];
  const isolated = options.isolate?.(command);
  const [program = "", ...rest] = [
    ...parentDeathLauncher(),
    ...(options.launcher ?? []),
    ...(isolated ? [isolated.program, "--args", String(OPTIONS_DESCRIPTOR), "--"] : []),
    ...command,
  ];
  const child = spawnPiped(program, rest, options, isolated);
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("exit", (code, signal) => {
      if (signal !== null) resolve({ signal });
      else resolve(isolated ? exitFromNamespace(code ?? 0) : { code: code ?? 0 });
    });
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
      // `life:end:group-signalled`
      // bwrap alone is in the group, and takes everything with it: what can be heeded goes to those inside.
      if (isolated && signalName === "SIGTERM") {
        for (const pid of namespaceProcesses(group)) send(pid, signalName);
      } else send(-group, signalName);
    },
  };
}

function send(target: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(target, name);
  } catch {
    // ESRCH: nobody is left in it.
  }
}

function spawnPiped(
  program: string,
  args: string[],
  options: SpawnOptions,
  isolated: IsolatedCommand | undefined,
): ChildProcessWithoutNullStreams {
  let child: ChildProcessWithoutNullStreams;
  try {
    // detached: a session and group of its own (`life:group:own`). Node opens everything close-on-exec, so only
    // 0, 1 and 2 reach the child (`life:descriptors:none-leaked`); bwrap closes what it read its options from.
    child = spawn(program, args, {
      // Inside, bwrap sets both; outside, the environment of its processes would be the script's to read.
      ...(isolated ? { cwd: "/", env: {} } : { cwd: options.cwd, env: options.environment }),
      detached: true,
      stdio: ["pipe", "pipe", "pipe", ...(isolated ? ["pipe" as const] : [])],
    }) as ChildProcessWithoutNullStreams;
  } catch (cause) {
    throw new SpawnError(`The command can't be started: ${(cause as Error).message}`, { cause });
  }
  if (isolated) {
    const pipe = child.stdio[OPTIONS_DESCRIPTOR] as Writable | null;
    // A bwrap that ends before it has read them tells by its exit.
    pipe?.on("error", () => undefined);
    pipe?.end(isolated.options.map((option) => `${option}\0`).join(""));
  }
  return child;
}

function started(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => {
      reject(new SpawnError(`The command can't be started: ${cause.message}`, { cause }));
    });
  });
}
