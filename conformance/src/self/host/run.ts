import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS, RS, type RunReport } from "@sandpipe/spec/v1";
import type { RunRequest } from "@sandpipe/spec/control";
import { createConformanceMethods } from "./conformance-methods.js";
import type { Deviations } from "./deviations.js";
import type { Door } from "./http-door.js";
import { drain } from "./drain.js";
import { createFileMethods } from "./file-methods.js";
import { bubblewrap, isolatedFolders } from "./isolate.js";
import { createPrints } from "./prints.js";
import { createReceiver } from "./receive.js";
import { makeReport, spawnFailure, type Ending } from "./report.js";
import { createSender } from "./sender.js";
import { createSession } from "./session.js";
import { signalGroup, spawnChild } from "./spawn-child.js";
import { createLatch } from "./v0/latch.js";
import { createLineSession } from "./v0/line-session.js";

/** The features that this host has, beside `fixture`. */
export const FEATURES = ["files.write", "upload", "materialize", "adopt", "emit", "progress"] as const;

/** One session with its process. */
export interface Run {
  /** Ends it early: session.close, end of stdin, SIGTERM, SIGKILL (`life:end:escalates`). */
  end(why: "killed" | "timeout"): void;
}

/** Spawns the command, serves its session and hands over the report, once. */
export function startRun(
  request: RunRequest,
  deviations: Deviations,
  done: (report: RunReport) => void,
  door?: Door,
): Run {
  const startedAt = performance.now();
  const limits = { ...DEFAULT_LIMITS, ...request.limits };
  const scratch = mkdtempSync(join(tmpdir(), "sandpipe-self-"));
  const prints = createPrints(limits.maxOutputBytes, deviations);
  const receiver = createReceiver(limits, deviations);
  const apart = request.isolation === "own" && bubblewrap() !== undefined;
  const folders = apart && !deviations.has("isolation-claimed") ? isolatedFolders(scratch) : undefined;
  const child = spawnChild(request, deviations, door, folders);
  const conformance = createConformanceMethods();
  const files = createFileMethods(request.fixture ?? {}, folders ?? { scratch, inputs: scratch }, deviations);
  const sender = createSender(child.stdin, deviations, () => {
    session.calls.resume();
    steer();
  });
  const session = createSession({
    sessionId: request.run,
    session: request.session,
    limits,
    scratch,
    methods: [...conformance, ...files.methods],
    allowed: request.methods,
    features: FEATURES,
    prints,
    sender,
    // Whoever has handed over its result has nothing more to say that couldn't be said in graceMs (life:end:lingering).
    resulted() {
      if (!deviations.has("lingering-never-ended")) timers.push(setTimeout(() => end("lingered"), grace));
    },
    deviations,
  });
  const { context } = session.door;
  const writeLine = (bytes: Uint8Array): void => {
    const frames = request.protocol.includes(1) && deviations.has("v0-latch-answers-in-frames");
    if (child.stdin.writable) child.stdin.write(frames ? Buffer.concat([Uint8Array.of(RS), bytes]) : bytes);
  };
  const lines = createLineSession({
    ...{ methods: [...conformance, ...files.methods], allowed: request.methods, context },
    ...{ prints, deviations, write: writeLine },
  });
  const latch = request.protocol.includes(0)
    ? createLatch({
        ...{ both: request.protocol.includes(1), limits, lines, deviations, write: writeLine },
        output: (bytes) => prints.raw(bytes, session.outcome),
      })
    : undefined;
  door?.attach(session.door);
  let ending: Ending | undefined;
  let finished = false;
  const timers: NodeJS.Timeout[] = [];
  const grace =
    limits.graceMs * (deviations.has("grace-tenfold") ? 10 : 1) + (deviations.has("slow-end") ? 50 : 0);

  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      signalGroup(child.pid, name, deviations);
  };
  const end = (why: Ending): void => {
    if (ending !== undefined) return;
    ending = why;
    if (deviations.has("kills-at-once")) return signal("SIGKILL");
    if (latch === undefined || latch.version === 1) session.close(why);
    const term = deviations.has("no-sigterm") ? "SIGKILL" : "SIGTERM";
    sender.end(() => {
      if (!finished)
        timers.push(
          setTimeout(() => signal(term), grace),
          setTimeout(() => signal("SIGKILL"), 2 * grace),
        );
    });
  };
  if (limits.runTimeoutMs !== undefined) timers.push(setTimeout(() => end("timeout"), limits.runTimeoutMs));

  /** Stdout is always read, but while refusals pile up (`flow:prints:always-drain`). */
  const steer = (): void => {
    if (session.readable) child.stdout.resume();
    else child.stdout.pause();
  };
  const read = (chunk: Buffer): void => {
    const ours = latch === undefined ? chunk : latch.push(chunk);
    for (const event of receiver.push(ours)) session.receive(event);
    steer();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    if (deviations.has("report-at-exit")) setTimeout(() => read(chunk), 50);
    else read(chunk);
  });
  if (latch !== undefined && deviations.has("v0-stderr-in-output")) child.stderr.on("data", lines.take);
  else if (!deviations.has("stderr-unread")) child.stderr.on("data", prints.rawStderr);
  if (deviations.has("stdout-end-ends-run")) child.stdout.on("end", () => signal("SIGKILL"));
  // A sandbox that is gone breaks the pipe; its exit is what ends the run (life:pipe:broken-survived).
  child.stdin.on("error", () => {
    if (deviations.has("epipe-ends-host")) process.exit(1);
  });

  const finish = (error?: Error): void => {
    finished = true;
    for (const timer of timers) clearTimeout(timer);
    latch?.end();
    for (const event of receiver.end()) session.receive(event);
    lines.end();
    session.end();
    door?.close();
    files.dispose();
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    if (!deviations.has("scratch-left")) rmSync(scratch, { recursive: true, force: true });
    const durationMs = performance.now() - startedAt;
    const report =
      error === undefined
        ? makeReport({
            ...{ session, prints, ending, deviations, durationMs },
            isolation: apart ? "bwrap" : "none",
            ...(latch === undefined || latch.version === 1 ? {} : { lines }),
            code: child.exitCode,
            signal: child.signalCode,
          })
        : spawnFailure(error, deviations);
    if (deviations.has("lingering-end")) setTimeout(() => done(report), 900);
    else done(report);
  };
  child.on("error", (error) => {
    if (child.pid === undefined) finish(error);
  });
  child.on("exit", () => {
    finished = true;
    for (const timer of timers) clearTimeout(timer);
    if (child.pid !== undefined && !deviations.has("group-outlives-run"))
      signalGroup(child.pid, "SIGKILL", deviations);
    if (deviations.has("report-at-exit")) return finish();
    const left =
      deviations.has("left-handshake-waits") &&
      session.outcome.opened &&
      session.outcome.result === undefined;
    const wait = deviations.has("waits-for-pipe-end") ? 600_000 : limits.graceMs;
    if (left && ending === undefined)
      setTimeout(() => drain(child, wait, deviations, finish), limits.runTimeoutMs ?? 10_000);
    else drain(child, wait, deviations, finish);
  });
  return { end };
}
