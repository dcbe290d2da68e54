import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { signalGroup } from "./processes.js";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The sandbox as a host sees it: three pipes and a process group. */
export interface SandboxProcess {
  readonly pid: number | undefined;
  /** Writes bytes to its stdin in pieces cut at these offsets, so that they arrive in separate reads; errors are its exit. */
  write(bytes: Uint8Array, cuts: readonly number[]): void;
  /** Bytes written to its stdin that it has not taken. */
  readonly untaken: number;
  endStdin(): void;
  pause(): void;
  resume(): void;
  signal(name: NodeJS.Signals): void;
  /** Kills the group and resolves when both output streams have ended, or nothing more comes. */
  end(): Promise<void>;
}

export interface SandboxProcessParts {
  readonly command: readonly string[];
  readonly environment: Record<string, string>;
  /** No stdin at all: it is at its end from the start. */
  readonly closedStdin: boolean;
  stdout(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
  /** Its stdin took what was written. */
  taken(): void;
  /** The process has exited; some of its output may still come. */
  exited(exit: Exit): void;
  /** Both outputs have ended after the exit, or it could not be started. */
  closed(error?: Error): void;
}

/** Pieces up to this count are so far apart that each is a read of its own; more are only turns apart. */
const PACED_PIECES = 24;
const PACE_MS = 2;
/** How long a process outside the group may hold the pipes without a byte. */
const QUIET_MS = 500;

/** Spawns the sandbox in a process group of its own. */
export function spawnSandbox(parts: SandboxProcessParts): SandboxProcess {
  const [file = "", ...args] = parts.command;
  const child = spawn(file, args, {
    env: parts.environment,
    detached: true,
    stdio: [parts.closedStdin ? "ignore" : "pipe", "pipe", "pipe"],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  let untaken = 0;
  let writing: Promise<void> = Promise.resolve();
  let lastByte = performance.now();
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
      parts.closed();
    });
    child.once("error", (error) => {
      resolve();
      parts.closed(error);
    });
  });
  child.stdout.on("data", (bytes: Buffer) => {
    lastByte = performance.now();
    parts.stdout(bytes);
  });
  child.stderr.on("data", (bytes: Buffer) => {
    lastByte = performance.now();
    parts.stderr(bytes);
  });
  child.stdin?.on("error", () => {});
  child.once("exit", (code, signal) => parts.exited({ code, signal }));

  const writePiece = async (piece: Uint8Array): Promise<void> => {
    const { stdin } = child;
    if (stdin === null || !stdin.writable) return;
    await new Promise<void>((resolve) => {
      stdin.write(piece, (error) => {
        if (!error) {
          untaken -= piece.length;
          parts.taken();
        }
        resolve();
      });
      if (stdin.destroyed) resolve();
    });
  };
  const send = async (bytes: Uint8Array, cuts: readonly number[]): Promise<void> => {
    const inside = [...new Set(cuts)].filter((at) => at > 0 && at < bytes.length).sort((a, b) => a - b);
    const ends = [...inside, bytes.length];
    let from = 0;
    for (const [index, until] of ends.entries()) {
      if (index > 0)
        await new Promise((next) =>
          inside.length <= PACED_PIECES ? setTimeout(next, PACE_MS) : setImmediate(next),
        );
      await writePiece(bytes.subarray(from, until));
      from = until;
    }
  };

  return {
    pid: child.pid,
    get untaken() {
      return untaken;
    },
    write(bytes, cuts) {
      untaken += bytes.length;
      writing = writing.then(() => send(bytes, cuts));
    },
    endStdin() {
      writing = writing.then(() => void child.stdin?.end());
    },
    pause: () => void child.stdout.pause(),
    resume: () => void child.stdout.resume(),
    signal(name) {
      if (child.pid !== undefined) signalGroup(child.pid, name);
    },
    async end() {
      if (child.pid === undefined) return;
      signalGroup(child.pid, "SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      child.stdout.resume();
      lastByte = performance.now();
      const quiet = setInterval(() => {
        if (performance.now() - lastByte < QUIET_MS) return;
        child.stdout.destroy();
        child.stderr.destroy();
      }, 50);
      await closed;
      clearInterval(quiet);
    },
  };
}
