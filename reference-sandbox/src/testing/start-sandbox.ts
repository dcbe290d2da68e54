import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  closeSync,
  constants,
  createWriteStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Limits, SessionOpenResult } from "@sandpipe/spec/v1";
import { onTestFinished } from "vitest";
import type { Runtime } from "./runtimes.js";

export const COMMAND = resolve(import.meta.dirname, "../../bin/sandpipe-sandbox");

/** A frame as the sandbox sent it. */
export interface SentFrame {
  readonly id?: number | string;
  readonly method: string;
  // The tests know what they asked for.
  readonly params: Record<string, unknown> & {
    readonly ok?: boolean;
    readonly error?: Record<string, string>;
  };
}

/** One sandbox under a host of the tests' own, which answers by what it is told. */
export interface Sandbox {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** All frames, in order. */
  readonly frames: SentFrame[];
  /** Bytes on stdout outside frames. */
  stray(): string;
  /** What was printed and captured. */
  printed(stream: "stdout" | "stderr"): string;
  /** Raw descriptor 2. */
  stderr(): string;
  /** Writes a frame. */
  send(frame: object): void;
  answer(frame: SentFrame, result: unknown): void;
  /** Settles with the first frame of this method, past or to come. */
  saw(method: string): Promise<SentFrame>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** The one `session.result`. */
  result(): SentFrame["params"];
}

export interface StartOptions {
  readonly runtime: Runtime;
  /** Source of the script; undefined names none on the command line. */
  readonly script?: string | undefined;
  readonly scriptName?: string;
  readonly arguments?: readonly string[];
  readonly environment?: Record<string, string | undefined>;
  readonly limits?: Partial<Limits>;
  readonly open?: Partial<SessionOpenResult>;
  /** Replaces the answer to `session.open`; false gives none. */
  readonly onOpen?: false | ((frame: SentFrame, sandbox: Sandbox) => void);
  /** Answers calls; default echoes params. */
  readonly onCall?: (frame: SentFrame, sandbox: Sandbox) => void;
  /** Answers the result; default acknowledges it. */
  readonly onResult?: (frame: SentFrame, sandbox: Sandbox) => void;
  /** `pipe` puts real pipes in the place of Node's sockets, as hosts in other languages have. */
  readonly wire?: "socket" | "pipe";
  /** Reads stdout only when told. */
  readonly paused?: boolean;
  readonly files?: Readonly<Record<string, string>>;
}

export const LIMITS: Limits = {
  maxFrameBytes: 1_048_576,
  maxInFlight: 64,
  callTimeoutMs: 60_000,
  maxDepth: 64,
  maxOutputBytes: 16_777_216,
  graceMs: 2_000,
};

/** Starts the real command on a script; ends with the test. */
export function startSandbox(options: StartOptions): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "sandpipe-sandbox-test-"));
  const scriptPath = join(folder, options.scriptName ?? "script.mjs");
  if (options.script !== undefined) writeFileSync(scriptPath, options.script);
  for (const [name, content] of Object.entries(options.files ?? {}))
    writeFileSync(join(folder, name), content);

  const named = options.script === undefined ? [] : [scriptPath];
  const wire = options.wire === "pipe" ? openPipes(folder) : undefined;
  const child = spawn(COMMAND, ["--runtime", options.runtime, ...named, ...(options.arguments ?? [])], {
    stdio: [wire?.theirs[0] ?? "pipe", wire?.theirs[1] ?? "pipe", "pipe"],
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      SANDPIPE_PROTOCOL: "1",
      SANDPIPE_TRANSPORT: "stdio",
      ...options.environment,
    },
  });
  for (const descriptor of wire?.theirs ?? []) closeSync(descriptor);
  const stdin = wire?.stdin ?? (child.stdin as Writable);
  const stdout = wire?.stdout ?? (child.stdout as Readable);
  const stderrPipe = child.stderr as Readable;
  const ended = new Promise<{ code: number | null; signal: string | null }>((done) =>
    child.on("close", (code, signal) => {
      // A pipe of ours is no stream of the child's: its last bytes are waited for here.
      if (wire === undefined || wire.stdout.readableEnded) done({ code, signal });
      else wire.stdout.on("end", () => done({ code, signal }));
    }),
  );
  stdin.on("error", () => {}); // The sandbox may be gone.
  onTestFinished(async () => {
    child.kill("SIGKILL");
    stdin.destroy();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const frames: SentFrame[] = [];
  const waiting: { readonly method: string; readonly done: (frame: SentFrame) => void }[] = [];
  let stray = "";
  let stderr = "";
  let pending = "";
  stderrPipe.setEncoding("utf8").on("data", (text: string) => (stderr += text));

  const sandbox: Sandbox = {
    process: child,
    stdin,
    stdout,
    frames,
    stray: () => stray + pending,
    printed: (stream) =>
      frames
        .filter(({ method, params }) => method === "session.output" && params["stream"] === stream)
        .map(
          ({ params }) =>
            params["text"] ?? Buffer.from(params["base64"] as string, "base64").toString("latin1"),
        )
        .join(""),
    stderr: () => stderr,
    send: (frame) => void stdin.write(`\x1e${JSON.stringify({ jsonrpc: "2.0", ...frame })}\n`),
    answer: ({ id }, result) => sandbox.send({ id, result }),
    saw(method) {
      const seen = frames.find((frame) => frame.method === method);
      return seen === undefined
        ? new Promise((done) => waiting.push({ method, done }))
        : Promise.resolve(seen);
    },
    ended,
    result() {
      const results = frames.filter((frame) => frame.method === "session.result");
      if (results.length !== 1)
        throw new Error(`${results.length} results instead of one; stderr: ${stderr}`);
      return (results[0] as SentFrame).params;
    },
  };

  const take = (frame: SentFrame): void => {
    frames.push(frame);
    for (const entry of waiting.filter(({ method }) => method === frame.method)) entry.done(frame);
    if (frame.id === undefined) return;
    if (frame.method === "session.open") {
      if (options.onOpen === false) return;
      if (options.onOpen !== undefined) options.onOpen(frame, sandbox);
      else sandbox.answer(frame, openResult(options));
    } else if (frame.method === "session.result") {
      if (options.onResult !== undefined) options.onResult(frame, sandbox);
      else sandbox.answer(frame, {});
    } else if (options.onCall !== undefined) options.onCall(frame, sandbox);
    else sandbox.answer(frame, frame.params ?? null);
  };

  stdout.setEncoding("utf8");
  stdout.on("data", (text: string) => {
    pending += text;
    for (let lf = pending.indexOf("\n"); lf >= 0; lf = pending.indexOf("\n")) {
      const line = pending.slice(0, lf);
      pending = pending.slice(lf + 1);
      if (line.startsWith("\x1e")) take(JSON.parse(line.slice(1)) as SentFrame);
      else stray += `${line}\n`;
    }
  });
  if (options.paused === true) stdout.pause();
  return sandbox;
}

export function openResult({ limits, open }: Pick<StartOptions, "limits" | "open"> = {}): SessionOpenResult {
  return {
    protocol: 1,
    session: { id: "s1", projectId: "p1", conversationId: "c1" },
    methods: [],
    limits: { ...LIMITS, ...limits },
    datasources: [],
    script: {},
    features: [],
    ...open,
  };
}

/** Two real pipes, as hosts in other languages have: Node's own children get sockets. */
function openPipes(folder: string): { theirs: [number, number]; stdin: Writable; stdout: Readable } {
  const open = (name: string): { read: number; write: number } => {
    const path = join(folder, name);
    execFileSync("mkfifo", [path]);
    // Opened for both first, or each end would wait for the other.
    const both = openSync(path, constants.O_RDWR);
    const ends = { read: openSync(path, constants.O_RDONLY), write: openSync(path, constants.O_WRONLY) };
    closeSync(both);
    return ends;
  };
  const input = open("stdin");
  const output = open("stdout");
  return {
    theirs: [input.read, output.write],
    stdin: createWriteStream("", { fd: input.write }),
    stdout: new Socket({ fd: output.read, readable: true, writable: false }),
  };
}
