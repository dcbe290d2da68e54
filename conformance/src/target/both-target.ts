import type { BothPlan, BothSeen } from "./both-plan.js";
import { runBothSession, type BothOutcome } from "./both-session.js";
import { connectHost, type HostConnection } from "./host-connection.js";
import { standardRun } from "./host-standard-run.js";
import { DEADLINE_MS, DESCRIBE_MS } from "./host-target.js";
import { measurePace } from "./measure-pace.js";
import { splitPair } from "./split-pair.js";
import { builtDriver, completeCommand } from "./sandbox-command.js";
import { createProbeHub } from "./probe-hub.js";
import {
  SubjectError,
  type RunOptions,
  type Session,
  type SessionFault,
  type StartOptions,
  type Subject,
  type Target,
} from "./target.js";
import { createRecorder } from "./transcript.js";

/** A sandbox's command line may go through several runtimes. */
const STARTS = 2;
/** By how much a hurried session waits less, and the least that it waits: two processes take their time to end. */
const HURRY = 5;
const MIN_HURRIED_MS = 1_000;

type Attempt = Session<BothSeen> & Pick<BothOutcome, "driver" | "posts">;

/**
 * Starts a host's adapter and plays one session of the pair, over each transport that the host has. Rejects with
 * `SubjectError` when either can't be used.
 */
export async function startBothTarget(options: StartOptions): Promise<Target<BothPlan, BothSeen>> {
  const { timeoutScale } = options;
  const pair = splitPair(options.command);
  if (pair === undefined) throw new SubjectError("a pair is the host's command, ----, and the sandbox's");
  const sandbox = completeCommand(pair.sandbox, options.driver ?? builtDriver());
  const hub = await createProbeHub();
  const deadlineMs = Math.round(DEADLINE_MS * STARTS * timeoutScale * (await measurePace(hub)));
  const hurriedMs = Math.max(MIN_HURRIED_MS, Math.round(deadlineMs / HURRY));
  const connect = (): Promise<HostConnection> =>
    connectHost(pair.host, Math.round(DESCRIBE_MS * timeoutScale));
  let host = await connect().catch(async (error: unknown) => {
    await hub.close();
    throw error;
  });
  let starting: Promise<HostConnection> | undefined;
  const past: string[] = [];
  /** The adapter that lives, or one new one for all who want it at the same time. */
  const living = async (): Promise<HostConnection> => {
    if (host.alive) return host;
    starting ??= connect().finally(() => (starting = undefined));
    const next = await starting;
    if (host !== next) past.push(...host.complaints);
    return (host = next);
  };
  const { name, version, language, features, protocols, transports, maxRuns } = host.description;
  const asHost: Subject = {
    ...{ role: "both", name, version, language, features, protocols, transports, prints: [] },
    maxRuns: Math.min(maxRuns ?? 1, options.jobs),
  };
  let runs = 0;

  const attempt = async (
    plan: BothPlan,
    signal: AbortSignal,
    { hurry = false }: RunOptions = {},
  ): Promise<Attempt> => {
    const current = await living();
    const recorder = createRecorder(() => performance.now());
    const run = `r${++runs}`;
    const from = current.said.length;
    const { transport } = plan;
    let fault: SessionFault | undefined;
    const session = runBothSession({
      ...{ plan, hub, recorder, sandbox },
      deadlineMs: hurry ? hurriedMs : deadlineMs,
      start(command) {
        recorder.record("to-subject", "control", `run ${JSON.stringify({ transport })}`);
        const http = transport === "http" ? { http: "tcp" as const } : {};
        current.run(
          {
            ...{ op: "run", run, command: [...command] },
            ...standardRun(asHost, timeoutScale, 1),
            ...{ transport, ...http },
          },
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
      cancel: () => current.cancel(run),
    });
    const abort = (): void => {
      current.cancel(run);
      session.abandon();
    };
    signal.addEventListener("abort", abort);
    try {
      const { seen, facts, exchanges, stderr, driver, hung, posts } = await session.outcome;
      // What was awaited in vain before the time was up was still awaited in vain.
      if (facts.length === 0) signal.throwIfAborted();
      if (hung && !fault) {
        fault = { kind: "hang", message: "the adapter never ended the run, not even after a cancel" };
        await current.kill();
      }
      return {
        ...{ seen, facts, exchanges, driver, posts, transcript: recorder.transcript },
        stderr: current.said.since(from) + stderr,
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

  const trial = (transport: BothPlan["transport"]): Promise<Attempt> => {
    const plan: BothPlan = { transport, steps: [], ending: { n: 1, do: "result", value: null } };
    return attempt(plan, new AbortController().signal);
  };
  const first = await trial("stdio");
  const { driver } = first;
  if (driver === undefined) {
    await close();
    const why = first.fault?.message ?? first.facts[0]?.about ?? "the driver never asked for work";
    throw new SubjectError(
      `the pair can't be used: ${why}; try \`sandpipe smoke\` on each of the two alone`,
      first.stderr,
    );
  }
  // A sandbox that only tries has HTTP, however wrong: its faults are to be found, not left out.
  const overHttp = transports.includes("http") && (await trial("http")).posts > 0;
  return {
    subject: {
      ...asHost,
      name: `${name} with ${pair.sandbox[0] ?? "a sandbox"}`,
      features: features.filter((feature) => feature !== "emit" || driver.features.includes("emit")),
      transports: overHttp ? ["stdio", "http"] : ["stdio"],
      prints: driver.prints,
      driver: { name: driver.name, language: driver.language },
    },
    lacks: new Map([
      ["http", transports.includes("http") ? "the sandbox makes no HTTP request" : `${name} doesn't declare http`],
    ]),
    run: attempt,
    complaints: () => [...past, ...host.complaints],
    close,
  };
}
