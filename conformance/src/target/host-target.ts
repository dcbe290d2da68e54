import type { RunRequest } from "@sandpipe/spec/control";
import * as validators from "#validators";
import { describeFaults } from "./describe-faults.js";
import { connectHost, type HostConnection } from "./host-connection.js";
import type { HostPlan } from "./host-plan.js";
import type { HostSeen } from "./host-seen.js";
import { runHostSession } from "./host-session.js";
import { standardRun, STANDARD_LIMITS } from "./host-standard-run.js";
import { createLanes } from "./lanes.js";
import { measurePace } from "./measure-pace.js";
import { createProbeHub } from "./probe-hub.js";
import { hostProcesses, signalProcess } from "./processes.js";
import {
  KitFault,
  SubjectError,
  type Session,
  type SessionFault,
  type StartOptions,
  type Subject,
  type Target,
} from "./target.js";
import { createRecorder } from "./transcript.js";

/** How long anything that must come may take, before --timeout-scale. */
export const DEADLINE_MS = 5_000;

/** How long an adapter may take to say who it is: it may have to be compiled first. */
export const DESCRIBE_MS = 30_000;

/** By how much a hurried session waits less, and the least that it waits. */
const HURRY = 20;
const MIN_HURRIED_MS = 250;

/** A host under test, behind its adapter. */
export interface HostTarget extends Target<HostPlan, HostSeen> {
  /** What the adapter answers to a message that no adapter knows; undefined when nothing comes. */
  provoke(message: Readonly<Record<string, unknown>>): Promise<string | undefined>;
}

/** Starts a host's adapter. Rejects with `SubjectError` when it can't be started or doesn't say who it is. */
export async function startHostTarget(options: StartOptions): Promise<HostTarget> {
  const { protocol = 1 } = options;
  const describeMs = Math.round(DESCRIBE_MS * options.timeoutScale);
  const hub = await createProbeHub();
  const deadlineMs = Math.round(DEADLINE_MS * options.timeoutScale * (await measurePace(hub)));
  const lanes = createLanes();
  const past: string[] = [];
  let runs = 0;
  let closed = false;
  let current = await connectHost(options.command, describeMs).catch(async (error: unknown) => {
    await hub.close();
    throw error;
  });
  let starting: Promise<HostConnection> | undefined;
  const subject = describeSubject(current);
  if (!subject.protocols.includes(protocol)) {
    await current.kill();
    await hub.close();
    const spoken = subject.protocols.join(" and ") || "none";
    throw new SubjectError(
      `${subject.name} says that it speaks version ${spoken}, not ${protocol}: judge it by --protocol ${subject.protocols[0] ?? 1}`,
    );
  }

  /** The adapter that lives, or one new one for all who want it at the same time. */
  const restart = async (): Promise<HostConnection> => {
    past.push(...current.complaints);
    current = await connectHost(options.command, describeMs).finally(() => (starting = undefined));
    return current;
  };
  const connect = (): Promise<HostConnection> =>
    current.alive ? Promise.resolve(current) : (starting ??= restart());

  const attempt = async (
    plan: HostPlan,
    signal: AbortSignal,
    hurry: boolean,
  ): Promise<Session<HostSeen> & { shared: boolean }> => {
    // Also before a plan is tried again: the token has to be of a session of the adapter that lives now.
    const earlier = plan.earlier && (await attempt(plan.earlier, signal, hurry));
    const host = await connect();
    const recorder = createRecorder(() => performance.now());
    const from = host.said.length;
    const complaints = host.complaints.length;
    const openBefore = host.open > 0;
    let fault: SessionFault | undefined;
    let killed = false;
    const number = ++runs;
    const run = `r${number}`;
    const request = completeRun(run, plan, subject, options);
    const { graceMs, runTimeoutMs } = { ...STANDARD_LIMITS, ...request.limits };
    const session = runHostSession({
      ...{ plan, hub, recorder },
      speaks: plan.speaks ?? protocol,
      deadlineMs: hurry ? Math.max(MIN_HURRIED_MS, Math.round(deadlineMs / HURRY)) : deadlineMs,
      startMs: deadlineMs,
      limits: { graceMs, runTimeoutMs },
      endedToken: earlier?.seen?.address?.token,
      start(command) {
        const message = { ...request, command: [...command] };
        requireValidRun(message);
        recorder.record("to-subject", "control", `run ${JSON.stringify({ ...plan.run })}`);
        host.run(message, {
          ended: (report) => session.ended(report),
          failed(why) {
            if (killed) return;
            fault ??= why;
            recorder.record("note", "process", why.message);
            session.abandon();
          },
        });
      },
      cancel: () => host.cancel(run),
      killHost(probe) {
        killed = true;
        // Its group would go by the kit's hand, and a sandbox in it seem to have died by itself.
        host.spare();
        for (const pid of hostProcesses(probe, host.pid ?? 0)) signalProcess(pid, "SIGKILL");
      },
    });
    const abort = (): void => {
      host.cancel(run);
      session.abandon();
    };
    signal.addEventListener("abort", abort);
    try {
      const outcome = await session.outcome;
      // What was awaited in vain before the time was up was still awaited in vain.
      if (outcome.facts.length === 0) signal.throwIfAborted();
      if (outcome.hung && !fault) {
        const said = host.complaints.slice(complaints);
        fault =
          said.length > 0
            ? { kind: "adapter", message: said.join("; ") }
            : { kind: "hang", message: "the adapter never ended the run, not even after a cancel" };
        await host.kill();
      }
      return {
        // Its adapter also served runs that were open before, or were started since.
        shared: openBefore || runs > number,
        seen: earlier === undefined ? outcome.seen : { ...outcome.seen, earlier: earlier.seen },
        facts: outcome.facts,
        ...(fault ? { fault } : {}),
        transcript: recorder.transcript,
        stderr: host.said.since(from),
        exchanges: outcome.exchanges,
      };
    } finally {
      // Only when it is gone for good is another started.
      if (killed) await host.kill();
      signal.removeEventListener("abort", abort);
    }
  };

  return {
    subject,
    async run(plan, signal, { hurry = false } = {}) {
      if (plan.steps.some((step) => step.do === "kill-host"))
        return lanes.exclusive(() => attempt(plan, signal, hurry));
      const session = await lanes.shared(() => attempt(plan, signal, hurry));
      // One session's crash takes the others' adapter away: each is run again alone, and the guilty one is named.
      const suspect = session.fault !== undefined && session.fault.kind !== "adapter" && session.shared;
      return suspect ? lanes.exclusive(() => attempt(plan, signal, hurry)) : session;
    },
    complaints() {
      return past;
    },
    provoke: async (message) => (await connect()).provoke(message, deadlineMs),
    async close() {
      if (closed) return;
      closed = true;
      await starting?.catch(() => undefined);
      const { alive } = current;
      const how = await current.stop(deadlineMs);
      past.push(...current.complaints);
      if (alive && how !== "exited with code 0")
        past.push(
          `told to exit, the adapter ${how} (within ${deadlineMs} ms); expected: it exits with code 0`,
        );
      await hub.close();
    },
  };
}

function describeSubject({ description }: HostConnection): Subject {
  const { name, version, language, homepage, features, protocols, transports, maxRuns } = description;
  return {
    role: "host",
    ...{ name, version, language, features, protocols, transports },
    ...(homepage === undefined ? {} : { homepage }),
    maxRuns: maxRuns ?? 1,
    prints: [],
  };
}

function completeRun(
  run: string,
  plan: HostPlan,
  subject: Subject,
  { timeoutScale, protocol = 1 }: StartOptions,
): RunRequest {
  const standard = standardRun(subject, timeoutScale, protocol);
  return {
    op: "run",
    run,
    command: [],
    ...standard,
    ...plan.run,
    limits: { ...standard.limits, ...plan.run?.limits },
  };
}

function requireValidRun(message: RunRequest): void {
  const validate: validators.Validator<RunRequest> = validators.RunRequest;
  if (validate(message)) return;
  throw new KitFault(
    `a plan's run message breaks the kit's own schema: ${describeFaults(validate.errors, message)}`,
  );
}
