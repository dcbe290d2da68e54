import type { RunReport } from "@sandpipe/spec/v1";
import { notificationFrame } from "../frames/write-frame.js";
import type { Entrance } from "../http/entrance.js";
import { drain } from "../process/drain.js";
import { endProcess } from "../process/end-process.js";
import { SpawnError } from "../process/find-command.js";
import { isLauncherFailure } from "../process/parent-death.js";
import { spawnSandbox } from "../process/sandbox-process.js";
import type { SandboxProcess, SpawnOptions } from "../process/sandbox-process.js";
import type { Transport } from "../session/channel.js";
import type { Clock } from "../session/clock.js";
import type { Observer } from "../session/observer.js";
import type { SessionFacts } from "../session/open-answer.js";
import { createAccount } from "../session/account.js";
import { createSession } from "../session/session.js";
import { createSessionV0 } from "../v0/session.js";
import { createStdoutReader } from "../v0/stdout-reader.js";
import type { Version } from "../v0/stdout-reader.js";
import { judgeRun } from "./outcome.js";
import type { EndReason } from "./outcome.js";
import { writeReport, writeSpawnFailure } from "./report.js";
import type { Circumstances } from "./report.js";
import { createStdioChannel } from "./stdio-channel.js";

/** What one run is made of. */
export interface RunParts {
  readonly facts: SessionFacts;
  /** The versions that the sandbox is offered. */
  readonly protocols: readonly Version[];
  readonly spawn: SpawnOptions;
  readonly clock: Clock;
  readonly observer: Observer;
  /** Where the sandbox may come over HTTP. */
  readonly entrance?: Entrance;
  /** What the report says where the session was never opened. */
  readonly transport: Transport;
  /** What the isolation really is. */
  readonly isolation: string;
  /** Aborted when the host's user cancels the run; its reason is a text. */
  readonly cancelled: AbortSignal;
}

/** Runs one sandbox from spawn to report: the session over its pipes, its ending, and what became of it. */
export async function runSandbox(parts: RunParts): Promise<RunReport> {
  const began = parts.clock.now();
  const circumstances = (): Circumstances => ({
    durationMs: parts.clock.now() - began,
    transport: parts.transport,
    isolation: parts.isolation,
  });
  try {
    const sandbox = await spawnSandbox(parts.spawn);
    return await serve(parts, sandbox, circumstances);
  } catch (error) {
    if (error instanceof SpawnError) return writeSpawnFailure(error.message, circumstances());
    throw error;
  }
}

async function serve(
  parts: RunParts,
  sandbox: SandboxProcess,
  circumstances: () => Circumstances,
): Promise<RunReport> {
  const { facts, protocols, clock, observer, cancelled } = parts;
  const { limits } = facts;
  const { stdin, stdout, stderr } = sandbox;
  const account = createAccount(limits.maxOutputBytes, observer);
  const resume = (): void => {
    session.resume();
    early.resume();
  };
  const channel = createStdioChannel(stdin, limits, observer, resume, (json) =>
    // `version:latch:v0`: nothing is sent before a version is chosen.
    reader.version === 0 ? `${json}\n` : `\u001e${json}\n`,
  );
  const session = createSession({
    facts,
    stdio: channel,
    clock,
    observer,
    account,
    onResult: () => linger(),
    protocols: () => (reader.version === undefined ? protocols : [reader.version]),
  });
  const early = createSessionV0({ facts, channel, account, clock, observer });
  const reader = createStdoutReader({ protocols, limits, v1: session, v0: early });
  parts.entrance?.admit(facts, session, observer, () => reader.version !== 1 && session.state === "new");

  stdout.on("data", (chunk: Buffer) => {
    observer.bytes?.("from-sandbox", chunk.length);
    reader.push(chunk);
    if (account.output.truncated) hastenCollection(chunk);
    channel.throttle(stdout);
  });
  // `flow:stderr:drained`
  stderr.on("data", (chunk: Buffer) => {
    session.receiveStderr(chunk);
    if (account.stderr.truncated) hastenCollection(chunk);
  });
  // A pipe that breaks ends nothing: the run ends with its process (`life:end:stdout-closed`).
  stdout.on("error", ignore);
  stderr.on("error", ignore);

  let ended: { reason: EndReason; message: string } | undefined;
  let stopEscalation = ignore;
  const end = (reason: EndReason, message: string): void => {
    if (ended) return;
    ended = { reason, message };
    stopEscalation = endProcess({
      graceMs: limits.graceMs,
      clock,
      signal: (name) => sandbox.signal(name),
      close() {
        // Over HTTP, and in version 0, the end of stdin alone says it.
        if (session.transport !== "http" && reader.version === 1) {
          channel.send(notificationFrame("session.close", { reason: message }), "response");
        }
        channel.end();
      },
    });
  };
  // `life:cancel:killed`
  const onCancel = (): void => end("killed", String(cancelled.reason));
  cancelled.addEventListener("abort", onCancel);
  if (cancelled.aborted) onCancel();
  const { runTimeoutMs } = limits;
  // `life:timeout:run`
  const stopTimeout =
    runTimeoutMs === undefined
      ? ignore
      : clock.after(runTimeoutMs, () =>
          end("timeout", `The run took longer than runTimeoutMs (${runTimeoutMs})`),
        );

  // `life:end:escalates`, here too: what is acknowledged has nothing more to say that couldn't be said in graceMs.
  let stopLingering = ignore;
  // `life:end:lingering`
  const linger = (): void => {
    stopLingering = clock.after(limits.graceMs, () =>
      end("lingered", `The process was still there graceMs (${limits.graceMs}) after its result`),
    );
  };

  // `life:open:half-written`
  const exit = await sandbox.exited;
  const verdictReason = ended;
  stopTimeout();
  stopLingering();
  stopEscalation();
  cancelled.removeEventListener("abort", onCancel);
  // Whoever is left in the group goes with its leader.
  sandbox.signal("SIGKILL");
  channel.abandon();
  // `output:end:drained`: the exit is told before the last bytes.
  await drain([stdout, stderr], limits.graceMs, clock);
  reader.end();
  session.end();
  early.end();
  for (const pipe of [stdin, stdout, stderr]) pipe.destroy();

  const spoken = reader.spoken;
  const neverSpoke = session.state === "new" && account.calls === 0;
  const stderrText = neverSpoke ? account.stderr.toText() : "";
  if (isLauncherFailure(exit.code, stderrText))
    throw new SpawnError(`The command can't be started: ${stderrText.trim()}`);

  const { state, outcome: script } = spoken;
  const verdict = judgeRun({ exit, state, script, ended: verdictReason });
  return writeReport(spoken, exit, verdict, circumstances());
}

/**
 * Chunks lie outside of V8's heap, which lets 64 MiB of them pile up before it frees any (`limit:memory:bounded`). More
 * garbage in the heap than that brings on the cheap collection that frees young chunks as well.
 */
function hastenCollection(chunk: Buffer): void {
  for (let times = 0; times < 4; times++) chunk.toString("latin1");
}

function ignore(): void {
  // Nothing to do.
}
