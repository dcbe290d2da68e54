import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { openPipes } from "./open-pipes.js";
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
  /** Kills the group; resolves when it is over. */
  end(): Promise<void>;
}

export interface SandboxProcessParts {
  readonly command: readonly string[];
  readonly environment: Record<string, string>;
  /** The folder in which it is started; default the kit's own. */
  readonly folder?: string | undefined;
  /** No stdin at all: it is at its end from the start. */
  readonly closedStdin: boolean;
  /** A folder in which to make real pipes; without it stdin and stdout are what Node gives, sockets. */
  readonly pipes: string | undefined;
  stdout(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
  /** Its stdin took what was written. */
  taken(): void;
  /** The process has exited; some of its output may still come. */
  exited(exit: Exit): void;
  /** Both outputs have ended after the exit (or nothing came from them for a while), or it could not be started. */
  closed(error?: Error): void;
}

/** Pieces are so far apart that most are a read of their own; together they take no longer than this. */
const PACED_MS = 240;
const PACE_MS = 8;
/** How long a process outside the group may hold the pipes without a byte. */
const QUIET_MS = 500;
/** How long it may go on writing there. */
const LINGER_MS = 2_000;

/** Spawns the sandbox in a process group of its own. */
export async function spawnSandbox(parts: SandboxProcessParts): Promise<SandboxProcess> {
  const [file = "", ...args] = parts.command;
  const pipes = parts.pipes === undefined ? undefined : await openPipes(parts.pipes);
  const closed = parts.closedStdin ? "ignore" : "pipe";
  const child = spawn(file, args, {
    env: parts.environment,
    ...(parts.folder === undefined ? {} : { cwd: parts.folder }),
    detached: true,
    stdio: pipes === undefined ? [closed, "pipe", "pipe"] : [...pipes.theirs, "pipe"],
  });
  pipes?.closeTheirs();
  const stdin = pipes?.stdin ?? child.stdin;
  const stdout = pipes?.stdout ?? (child.stdout as Readable);
  const stderr = child.stderr as Readable;
  let untaken = 0;
  let writing: Promise<void> = Promise.resolve();
  let lastByte = performance.now();
  const onData = (take: (bytes: Uint8Array) => void) => (bytes: Buffer) => {
    lastByte = performance.now();
    take(bytes);
  };
  stdout.on("data", onData(parts.stdout)).on("error", () => {});
  stderr.on("data", onData(parts.stderr)).on("error", () => {});
  stdin?.on("error", () => {});
  /**
   * At the exit what is left in the pipes is read, whoever else holds them, and then the group dies. Not at once, as
   * it does under a host: the command may be a wrapper (npx, uv run) that goes before the sandbox it has started.
   */
  const endOutputs = (): void => {
    stdout.resume();
    const began = performance.now();
    lastByte = began;
    const quiet = setInterval(() => {
      const now = performance.now();
      if (now - lastByte < QUIET_MS && now - began < LINGER_MS) return;
      if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
      stdout.destroy();
      stderr.destroy();
    }, QUIET_MS / 5);
    void over.then(() => {
      clearInterval(quiet);
      if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
    });
  };
  const exited = new Promise<Error | undefined>((resolve) => {
    child.once("error", (error) => {
      // Nothing else holds the other ends of a spawn that failed.
      for (const stream of [stdin, stdout, stderr]) stream?.destroy();
      resolve(error);
    });
    child.once("exit", (code, signal) => {
      parts.exited({ code, signal });
      resolve(undefined);
      endOutputs();
    });
  });
  const streams = [stdout, stderr].map((stream) => new Promise((done) => stream.once("close", done)));
  const over = Promise.all([exited, ...streams]).then(([error]) => {
    stdin?.destroy();
    parts.closed(error);
  });

  const writePiece = async (piece: Uint8Array): Promise<void> => {
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
        await new Promise((next) => setTimeout(next, Math.min(PACE_MS, PACED_MS / inside.length)));
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
      writing = writing.then(() => void stdin?.end());
    },
    pause: () => void stdout.pause(),
    resume: () => void stdout.resume(),
    signal(name) {
      if (child.pid !== undefined) signalGroup(child.pid, name);
    },
    async end() {
      if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
      await over;
    },
  };
}
