import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { MAX_CONTROL_LINE_BYTES, type ControlRequest } from "@sandpipe/spec/control";
import { createLineSplitter } from "./line-splitter.js";
import { PLANTED_ENVIRONMENT } from "./planted-environment.js";
import { killEscaped, signalGroup } from "./processes.js";

/** What the target hears of its adapter. */
export interface AdapterListener {
  /** One line of stdout, parsed, when it is an object with an `op`. */
  reply(reply: Readonly<Record<string, unknown>>, line: string): void;
  /** Any other line: kept and shown, never fatal, since host libraries print. */
  stray(line: string): void;
  stderr(text: string): void;
  /** It has exited, or never started; in words. */
  gone(how: string): void;
}

/** One adapter process, in a process group of its own. */
export interface AdapterProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  send(message: ControlRequest): void;
  /** Sends `exit`, closes stdin, and after so many milliseconds kills the group; resolves when it is gone. */
  stop(withinMs: number): Promise<void>;
  /** Leaves what it has started alone when it goes, until `kill`: who dies with it by himself is to be seen. */
  spare(): void;
  /** Kills the group, and what left it, at once. */
  kill(): Promise<void>;
}

/** How long the pipes of an exited adapter are read on when something else holds them open. */
const DRAIN_MS = 500;

/** Starts an adapter. Whatever is wrong with it comes through the listener. */
export function startAdapter(command: readonly string[], listener: AdapterListener): AdapterProcess {
  const [file = "", ...args] = command;
  const mark = randomUUID();
  const env = { ...process.env, ...PLANTED_ENVIRONMENT, SANDPIPE_ADAPTER: mark };
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], detached: true, env });
  const lines = createLineSplitter();
  let over = false;
  let spared = false;
  let exited: () => void;
  const exit = new Promise<void>((done) => (exited = done));

  /** Kills the group and what was started outside it; how many those were. */
  const clear = (): number => {
    if (child.pid === undefined) return 0;
    signalGroup(child.pid, "SIGKILL");
    return killEscaped(mark, child.pid);
  };
  const end = (how: string): void => {
    if (over) return;
    over = true;
    // What it left running is no longer of use to anyone.
    const escaped = spared ? 0 : clear();
    const outside = `and left ${escaped} of its processes outside its group: an adapter stays in the foreground`;
    listener.gone(escaped === 0 ? how : `${how} ${outside}`);
    exited();
  };

  const take = (line: string): void => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return listener.stray(line);
    }
    if (typeof value !== "object" || value === null || !("op" in value)) return listener.stray(line);
    listener.reply(value as Readonly<Record<string, unknown>>, line);
  };

  child.on("error", (error) => end(`could not be started (${error.message})`));
  child.on("exit", (code, signal) => {
    const how = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    // Its last lines may still be in the pipe, and a grandchild may hold that open for ever.
    const timer = setTimeout(() => end(how), DRAIN_MS);
    child.once("close", () => {
      clearTimeout(timer);
      end(how);
    });
  });
  // EPIPE, ECONNRESET and end of file all mean the same: it is going, and its exit says the rest.
  child.stdin.on("error", () => undefined);
  child.stdout.on("error", () => undefined);
  child.stderr.on("error", () => undefined);
  child.stdout.on("data", (chunk: Buffer) => {
    for (const line of lines.push(chunk)) take(line);
    if (lines.pending > MAX_CONTROL_LINE_BYTES) {
      end(`wrote a control line of more than ${MAX_CONTROL_LINE_BYTES} bytes`);
    }
  });
  child.stderr.on("data", (chunk: Buffer) => listener.stderr(chunk.toString("utf8")));

  const kill = async (): Promise<void> => {
    if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
    if (!over) await exit;
    if (spared) clear();
    spared = false;
    child.stdout.destroy();
    child.stderr.destroy();
  };

  return {
    pid: child.pid,
    send(message) {
      if (!over) child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    spare() {
      spared = true;
    },
    async stop(withinMs) {
      if (!over) child.stdin.end(`${JSON.stringify({ op: "exit" })}\n`);
      const timer = setTimeout(() => {
        if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
      }, withinMs);
      if (!over) await exit;
      clearTimeout(timer);
      await kill();
    },
    kill,
  };
}
