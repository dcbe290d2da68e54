import type { BothPlan, BothSeen } from "./both-plan.js";
import { runBothSession, type BothOutcome } from "./both-session.js";
import { connectHost } from "./host-connection.js";
import { standardRun } from "./host-standard-run.js";
import { DEADLINE_MS } from "./host-target.js";
import { builtDriver, completeCommand } from "./sandbox-command.js";
import { createProbeHub } from "./probe-hub.js";
import { SubjectError, type Session, type SessionFault, type Subject, type Target } from "./target.js";
import { createRecorder } from "./transcript.js";

/** How a pair is started. */
export interface BothStart {
  /** The host's adapter. */
  readonly host: readonly string[];
  /** The sandbox, as `sandpipe test sandbox` takes it. */
  readonly sandbox: readonly string[];
  readonly driver?: string;
  readonly timeoutScale: number;
  readonly jobs: number;
}

const DESCRIBE_MS = 30_000;
/** A sandbox's command line may go through several runtimes. */
const STARTS = 2;

/** Starts a host's adapter and plays one session of the pair. Rejects with `SubjectError` when either can't be used. */
export async function startBothTarget(options: BothStart): Promise<Target<BothPlan, BothSeen>> {
  const { timeoutScale } = options;
  const deadlineMs = Math.round(DEADLINE_MS * STARTS * timeoutScale);
  const sandbox = completeCommand(options.sandbox, options.driver ?? builtDriver());
  const hub = await createProbeHub();
  const host = await connectHost(options.host, Math.round(DESCRIBE_MS * timeoutScale)).catch(
    async (error: unknown) => {
      await hub.close();
      throw error;
    },
  );
  const { description } = host;
  const asHost: Subject = {
    ...{ role: "host", name: description.name, version: description.version, language: description.language },
    ...{
      features: description.features,
      protocols: description.protocols,
      transports: description.transports,
    },
    ...{ maxRuns: Math.min(description.maxRuns ?? 1, options.jobs), prints: [] },
  };
  let runs = 0;

  const attempt = async (
    plan: BothPlan,
    signal: AbortSignal,
  ): Promise<Session<BothSeen> & Pick<BothOutcome, "driver">> => {
    const recorder = createRecorder(() => performance.now());
    const run = `r${++runs}`;
    const from = host.said.length;
    let fault: SessionFault | undefined;
    const session = runBothSession({
      ...{ plan, hub, recorder, sandbox, deadlineMs },
      start(command) {
        recorder.record("to-subject", "control", "run {}");
        host.run(
          { op: "run", run, command: [...command], ...standardRun(asHost, timeoutScale, 1) },
          {
            ended: (report) => session.ended(report),
            failed(why) {
              fault ??= why;
              recorder.record("note", "process", why.message);
              session.abandon();
            },
          },
        );
      },
      cancel: () => host.cancel(run),
    });
    const abort = (): void => {
      host.cancel(run);
      session.abandon();
    };
    signal.addEventListener("abort", abort);
    try {
      const { seen, facts, exchanges, stderr, driver, hung } = await session.outcome;
      signal.throwIfAborted();
      if (hung)
        fault ??= { kind: "hang", message: "the adapter never ended the run, not even after a cancel" };
      return {
        ...{ seen, facts, exchanges, driver, transcript: recorder.transcript },
        stderr: host.said.since(from) + stderr,
        ...(fault ? { fault } : {}),
      };
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };
  const close = async (): Promise<void> => {
    await host.stop(deadlineMs);
    await hub.close();
  };

  const first = await attempt(
    { steps: [], ending: { n: 1, do: "result", value: null } },
    new AbortController().signal,
  );
  const { driver } = first;
  if (driver === undefined) {
    await close();
    const why = first.fault?.message ?? first.facts[0]?.about ?? "the driver never asked for work";
    throw new SubjectError(
      `the pair can't be used: ${why}; try \`sandpipe smoke\` on each of the two alone`,
      first.stderr,
    );
  }
  return {
    subject: {
      ...asHost,
      name: `${description.name} with ${options.sandbox[0] ?? "a sandbox"}`,
      features: [
        ...description.features.filter((name) => name !== "emit" || driver.features.includes("emit")),
      ],
      prints: driver.prints,
    },
    run: attempt,
    complaints: () => host.complaints,
    close,
  };
}
