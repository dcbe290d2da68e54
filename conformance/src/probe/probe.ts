/**
 * The probe: what a host under test spawns in place of a sandbox. It knows nothing of the protocol; it connects back
 * to the kit on the socket that its first argument names, says the key of its second, and does as told. It is
 * started for every session, so it loads nothing but what it needs at once.
 */
import { closeSync, fstatSync, read, writeSync } from "node:fs";
import { connect, Socket } from "node:net";
import { createLinkDecoder, encodeLinkMessage } from "./link-codec.js";
import type { ProbeCommand, ProbeReport, WriteAction } from "./messages.js";

const [socketPath = "", key = ""] = process.argv.slice(2);
const PIECE_BYTES = 65_536;

const link = connect(socketPath);
const say = (report: ProbeReport, body?: Uint8Array): void => {
  if (!link.destroyed) link.write(encodeLinkMessage(report, body));
};

// Whatever happens to its own descriptors, the probe survives to tell; only the kit's going away ends it.
link.on("error", () => process.exit(70));
link.on("close", () => process.exit(70));
process.on("uncaughtException", (error) => say({ e: "done", n: -1, error: String(error) }));

let onTerm: "die" | "ignore" | "exit" = "die";
const term = (): void => {
  say({ e: "term" });
  if (onTerm === "ignore") return;
  link.end(() => {
    if (onTerm === "exit") process.exit(0);
    process.off("SIGTERM", term);
    process.kill(process.pid, "SIGTERM");
  });
};
process.on("SIGTERM", term);

const isStream = (fd: number): boolean => {
  try {
    const stat = fstatSync(fd);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
};

const input = isStream(0)
  ? new Socket({ fd: 0, readable: true, writable: false, allowHalfOpen: true })
  : undefined;
if (input) {
  input.on("data", (chunk: Buffer) => say({ e: "in" }, chunk));
  input.on("end", () => say({ e: "eof" }));
  input.on("error", () => say({ e: "eof" }));
} else {
  const chunk = Buffer.alloc(PIECE_BYTES);
  const next = (): void =>
    read(0, chunk, 0, chunk.length, null, (error, bytes) => {
      if (error || bytes === 0) return say({ e: "eof" });
      say({ e: "in" }, chunk.subarray(0, bytes));
      next();
    });
  next();
}

/** One writer a descriptor: what is written is in order, and waits where the reader makes it wait. */
const createWriter = (fd: 1 | 2) => {
  const socket = isStream(fd) ? new Socket({ fd, readable: false, writable: true }) : undefined;
  let failure: string | undefined;
  socket?.on("error", (error: NodeJS.ErrnoException) => (failure ??= error.code ?? error.message));
  return {
    failed: () => failure,
    write: async (bytes: Buffer): Promise<void> => {
      if (failure !== undefined) return;
      if (socket) await new Promise<void>((done) => socket.write(bytes, () => done()));
      else for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    },
    close: async (): Promise<void> => {
      if (socket) {
        const closed = new Promise<void>((done) => socket.once("close", () => done()));
        socket.destroy();
        await closed;
      }
      // libuv leaves descriptors up to 2 open when a stream on them is closed.
      closeSync(fd);
    },
  };
};
const writers = { 1: createWriter(1), 2: createWriter(2) };
let queue: Promise<void> = Promise.resolve();

async function* pieces(command: WriteAction, body: Buffer): AsyncGenerator<Buffer> {
  const cuts = [...command.cuts];
  let offset = 0;
  let used = 0;
  let piece: Buffer[] = [];
  let held = 0;
  for (const segment of command.segments) {
    let left = typeof segment === "number" ? segment : Buffer.byteLength(segment.text) * segment.count;
    const unit = typeof segment === "number" ? undefined : Buffer.from(segment.text);
    const block =
      unit &&
      Buffer.alloc(Math.min(left, unit.length * Math.max(1, Math.ceil(PIECE_BYTES / unit.length))), unit);
    let phase = 0;
    while (left > 0) {
      const cut = cuts[0] ?? Infinity;
      if (offset >= cut) {
        cuts.shift();
        if (held > 0) yield Buffer.concat(piece);
        piece = [];
        held = 0;
        continue;
      }
      const from = block ?? body;
      const start = block ? phase : used;
      const size = Math.min(left, cut - offset, from.length - start, PIECE_BYTES * 16);
      piece.push(from.subarray(start, start + size));
      if (block) phase = (phase + size) % block.length;
      else used += size;
      offset += size;
      held += size;
      left -= size;
      if (held >= PIECE_BYTES * 16) {
        yield Buffer.concat(piece);
        piece = [];
        held = 0;
      }
    }
  }
  if (held > 0) yield Buffer.concat(piece);
}

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 1));

async function write(command: WriteAction, body: Buffer): Promise<string | undefined> {
  const writer = writers[command.fd];
  let first = true;
  for await (const piece of pieces(command, body)) {
    // Pacing only, so that pieces tend to arrive in separate reads; nothing is judged by it.
    if (!first && command.cuts.length > 0) await pause();
    first = false;
    await writer.write(piece);
    if (writer.failed() !== undefined) return writer.failed();
  }
  return writer.failed();
}

async function carryOut(command: ProbeCommand, body: Buffer): Promise<unknown> {
  switch (command.do) {
    case "write":
      return write(command, body);
    case "pause":
      return void input?.pause();
    case "resume":
      return void input?.resume();
    case "close":
      if (command.fd !== 0) return writers[command.fd].close();
      input?.destroy();
      return closeSync(0);
    case "spawn":
      return (await import("./probe-facts.js")).startGrandchild(command);
    case "tell":
      return (await import("./probe-facts.js")).tell(command.what, link);
    case "on-term":
      onTerm = command.then;
      return;
    case "exit":
      return link.end(() => process.exit(command.code));
    case "signal":
      if (command.name === "SIGTERM") process.off("SIGTERM", term);
      return link.end(() => process.kill(process.pid, command.name));
  }
}

/** These wait for what was written before them; the others act at once, also while a write is stuck. */
const ordered = (command: ProbeCommand): boolean =>
  command.do === "write" ||
  command.do === "exit" ||
  command.do === "signal" ||
  (command.do === "close" && command.fd !== 0);

const decode = createLinkDecoder();
link.on("data", (chunk: Buffer) => {
  for (const { header, body } of decode(chunk)) {
    const command = header as ProbeCommand;
    const act = async (): Promise<void> => {
      try {
        const value = await carryOut(command, body);
        const failed = command.do === "write" && typeof value === "string";
        say({ e: "done", n: command.n, ...(failed ? { error: value } : { value }) });
      } catch (error) {
        say({ e: "done", n: command.n, error: String(error) });
      }
    };
    if (ordered(command)) queue = queue.then(act);
    else void act();
  }
});
say({ e: "hello", key, pid: process.pid });
