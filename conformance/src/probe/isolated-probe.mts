/**
 * The probe of an isolated run: it can reach nobody but its host, so its plan is in its first argument, and what it
 * found is the session's result. One file that imports nothing but the runtime's own modules, since a host shows it
 * no more than its command names; `.mts`, since no package.json can say what it is.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { connect } from "node:net";
import { freemem } from "node:os";
import { join } from "node:path";
import type { InsideAct, InsideFindings, InsidePlan } from "./inside-plan.js";

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } };
const waiting = new Map<string, (answer: Answer) => void>();
let pending = "";
process.stdin.setEncoding("utf8").on("data", (text: string) => {
  const lines = (pending + text).split("\n");
  pending = lines.pop() ?? "";
  for (const line of lines) {
    const frame = JSON.parse(line.slice(1)) as Answer & { readonly id?: string };
    waiting.get(frame.id ?? "")?.(frame);
  }
});

let calls = 0;
async function call<T>(method: string, params: unknown): Promise<T> {
  const id = `inside-${++calls}`;
  const answer = await new Promise<Answer>((done) => {
    waiting.set(id, done);
    process.stdout.write(`\u001e${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
  });
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result as T;
}

/** What came of an attempt: `done`, or why it failed. */
function outcomeOf(attempt: () => void): string {
  try {
    attempt();
    return "done";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** A firewall that drops what comes leaves it without any answer. */
const SILENCE_MS = 1_000;

function hears(host: string, port: number, greeting: string): Promise<boolean> {
  return new Promise((done) => {
    let heard = "";
    const socket = connect({ host, port, timeout: SILENCE_MS });
    socket.on("data", (bytes: Buffer) => (heard += bytes.toString()));
    socket.on("timeout", () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("close", () => done(heard === greeting));
  });
}

function readsAs(path: string, content: string): boolean {
  try {
    return fs.readFileSync(path, "utf8") === content;
  } catch {
    return false;
  }
}

function seesProcess(word: string): boolean {
  const own = String(process.pid);
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name) && name !== own)
    .some((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word);
      } catch {
        return false;
      }
    });
}

async function changeFile(fileId: string): Promise<NonNullable<InsideFindings["file"]>> {
  const { path } = await call<{ path: string }>("files.materialize", { fileId });
  const before = fs.readFileSync(path).toString("base64");
  const attempts = {
    chmod: outcomeOf(() => fs.chmodSync(path, 0o666)),
    write: outcomeOf(() => fs.writeFileSync(path, "spoilt")),
    truncate: outcomeOf(() => fs.truncateSync(path, 1)),
    rename: outcomeOf(() => fs.renameSync(path, `${path}.moved`)),
  };
  const left = fs.existsSync(path) ? path : `${path}.moved`;
  return { before, after: fs.readFileSync(left).toString("base64"), attempts };
}

const PIECE_BYTES = 134_217_728;
const PAGE_BYTES = 4_096;
/** What the machine itself is left with when memory is written to. */
const LEFT_BYTES = 1_073_741_824;

/** Address space first, which a limit on data counts; then memory, which a control group counts. */
function take(bytes: number): NonNullable<InsideFindings["taken"]> {
  const pieces: Uint8Array[] = [];
  const refused = outcomeOf(() => {
    while (pieces.length * PIECE_BYTES < bytes) pieces.push(new Uint8Array(PIECE_BYTES));
  });
  const reserved = pieces.length * PIECE_BYTES;
  let written = 0;
  if (refused === "done")
    for (const piece of pieces) {
      if (freemem() < LEFT_BYTES) break;
      for (let at = 0; at < piece.length; at += PAGE_BYTES) piece[at] = 1;
      written += PIECE_BYTES;
    }
  return { reserved, written };
}

const findings: InsideFindings = {};
const { scratch } = await call<{ scratch: { path: string } }>("session.open", {
  protocol: 1,
  runtime: { name: "sandpipe-isolated-probe", version: "1" },
  features: [],
});

async function carryOut(act: InsideAct): Promise<void> {
  switch (act.act) {
    case "reach": {
      const heard = await Promise.all(act.addresses.map((one) => hears(one, act.port, act.greeting)));
      findings.reached = act.addresses.filter((_, index) => heard[index]);
      return;
    }
    case "read":
      findings.read = act.paths.filter((path) => readsAs(path, act.content));
      findings.scratch = outcomeOf(() => fs.writeFileSync(join(scratch.path, "inside.txt"), "x"));
      return;
    case "look":
      findings.saw = seesProcess(act.word);
      return;
    case "leave": {
      const args = ["-e", "setTimeout(() => undefined, 600_000)", act.word];
      const child = spawn(process.execPath, args, { detached: true, stdio: "ignore" });
      await new Promise((started) => child.once("spawn", started).once("error", started));
      child.unref();
      return;
    }
    case "materialize":
      findings.file = await changeFile(act.fileId);
      return;
    case "take":
      findings.taken = take(act.bytes);
  }
}

for (const act of JSON.parse(process.argv[2] ?? "[]") as InsidePlan) await carryOut(act);
await call("session.result", { ok: true, value: findings });
process.exit(0);
