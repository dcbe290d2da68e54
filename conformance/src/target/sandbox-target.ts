import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SANDBOX_EXIT } from "@sandpipe/spec/v1";
import { openServers } from "../databases/open-servers.js";
import { openSessionWays } from "../databases/session-ways.js";
import { driverFault } from "./driver-fault.js";
import { DEADLINE_MS } from "./host-target.js";
import { measurePace } from "./measure-pace.js";
import { createProbeHub } from "./probe-hub.js";
import {
  builtDriver,
  commandFromElsewhere,
  commandWithoutScript,
  completeCommand,
} from "./sandbox-command.js";
import { sandboxEnvironment } from "./sandbox-environment.js";
import { makeWorkingFolder } from "./sandbox-folder.js";
import { OTHER_FOLDER, OWN_COMMAND, isRunner, withEngines } from "./sandbox-features.js";
import { openSandboxHttp } from "./sandbox-http.js";
import { openingAnswer } from "./sandbox-opening.js";
import type { SandboxPlan } from "./sandbox-plan.js";
import type { SandboxSeen } from "./sandbox-seen.js";
import { startSandboxSession, type SandboxSessionOutcome } from "./sandbox-session.js";
import {
  SubjectError,
  type RunOptions,
  type Session,
  type StartOptions,
  type Subject,
  type Target,
} from "./target.js";
import { createRecorder } from "./transcript.js";

/** By how much a hurried session waits less, and the least that it waits: a sandbox's exit takes its time. */
const HURRY = 5;
const MIN_HURRIED_MS = 1_000;
/** A command line may go through several runtimes before the sandbox's own has started, all at once on a busy machine. */
const STARTS = 4;

/** The token of every session with HTTP: as long as a real one. */
export const HTTP_TOKEN = "t".repeat(43);

/** Starts a sandbox for a first look. Rejects with `SubjectError` when it can't be spawned, or ends without a frame. */
export async function startSandboxTarget(options: StartOptions): Promise<Target<SandboxPlan, SandboxSeen>> {
  const { timeoutScale, protocol = 1 } = options;
  const driver = options.driver ?? builtDriver();
  if (!existsSync(driver))
    throw new SubjectError(`there is no driver at ${driver}: name an existing file with --driver`);
  const commandFor = (plan: SandboxPlan): readonly string[] => {
    const whole = plan.lateScript
      ? commandWithoutScript(options.command)
      : completeCommand(options.command, driver);
    return plan.folder === undefined ? whole : commandFromElsewhere(whole);
  };
  const hub = await createProbeHub();
  const pace = await measurePace(hub).finally(() => hub.close());
  const deadlineMs = Math.round(DEADLINE_MS * timeoutScale * pace);
  const hurriedMs = Math.max(MIN_HURRIED_MS, Math.round(deadlineMs / HURRY));
  const folder = await mkdtemp(join(tmpdir(), "sandpipe-"));
  const servers = await openServers(options.servers ?? {});
  const running = new Set<Promise<unknown>>();
  // A driver that once asked for work loads: where it later doesn't, the sandbox has failed it.
  let loads = true;

  const attempt = async (
    plan: SandboxPlan,
    signal: AbortSignal,
    { hurry = false }: RunOptions = {},
  ): Promise<Session<SandboxSeen> & Pick<SandboxSessionOutcome, "spawnError">> => {
    const recorder = createRecorder(() => performance.now());
    const scratch = await mkdtemp(join(folder, "s"));
    const wanted = plan.http !== undefined && plan.http !== "none";
    const http = wanted
      ? await openSandboxHttp(plan.http === "unix" ? scratch : undefined, plan.httpManner ?? "refuses")
      : undefined;
    const elsewhere = (text: string): string => text.replaceAll("{elsewhere}", http?.elsewhere ?? "");
    const place = plan.folder === undefined ? undefined : await makeWorkingFolder(plan.folder, elsewhere);
    const ways = await openSessionWays(plan.datasources ?? [], servers, scratch);
    const contract: Record<string, string> =
      http === undefined ? {} : { SANDPIPE_HTTP_URL: http.url, SANDPIPE_HTTP_TOKEN: HTTP_TOKEN };
    const env = Object.entries(plan.env ?? {}).map(([name, value]) => [
      name,
      value === null ? null : elsewhere(value),
    ]);
    const session = await startSandboxSession({
      ...{ plan, command: commandFor(plan), recorder, scratch, folder: place?.path },
      speaks: plan.speaks ?? protocol,
      opening: () =>
        openingAnswer(plan, timeoutScale, scratch, plan.lateScript ? driver : undefined, ways.descriptors),
      ...{ ways, servers },
      deadlineMs: hurry ? hurriedMs : deadlineMs,
      startMs: STARTS * deadlineMs,
      environment: sandboxEnvironment(
        process.env,
        contract,
        Object.fromEntries(env) as typeof plan.env & {},
        protocol,
      ),
      http,
    });
    signal.addEventListener("abort", session.abandon);
    if (signal.aborted) session.abandon();
    try {
      const { seen, facts, exchanges, stderr, spawnError } = await session.outcome;
      // What was awaited in vain before the time was up was still awaited in vain.
      if (facts.length === 0) signal.throwIfAborted();
      const fault = loads ? undefined : driverFault(seen, driver);
      return {
        ...(fault ? { fault } : {}),
        seen,
        facts,
        exchanges,
        stderr,
        spawnError,
        transcript: recorder.transcript,
      };
    } finally {
      signal.removeEventListener("abort", session.abandon);
      await http?.close();
      await ways.close();
      await place?.remove();
      await rm(scratch, { recursive: true, force: true, maxRetries: 10 });
    }
  };
  const run = async (...asked: Parameters<typeof attempt>): ReturnType<typeof attempt> => {
    const session = attempt(...asked);
    running.add(session);
    return session.finally(() => running.delete(session));
  };

  const closeAll = async (): Promise<void> => {
    await Promise.allSettled(running);
    await Promise.all([...servers.values()].map((server) => server.close()));
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  const introduced = await introduce(run, options).catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  loads = introduced.loads;
  const { subject, lacks } = withEngines(introduced.subject, servers);
  return { subject, lacks, run, close: closeAll };
}

/** Ends as soon as it is known whether a sandbox that is told to speak HTTP does. */
const HTTP_TRIAL: SandboxPlan = {
  env: { SANDPIPE_TRANSPORT: "http" },
  http: "tcp",
  httpManner: "silent",
  steps: [{ do: "await-post" }, { do: "signal", name: "SIGKILL" }, { do: "await-exit" }],
};

/** Whether it starts in another folder than the kit's own: a command like `python -m` may not. */
const FOLDER_TRIAL: SandboxPlan = {
  folder: {},
  steps: [{ do: "await-open" }, { do: "signal", name: "SIGKILL" }, { do: "await-exit" }],
};

/** Ends as soon as it is known whether a sandbox that is told no version goes on, as one of version 0. */
const V0_TRIAL: SandboxPlan = {
  speaks: 0,
  env: { SANDPIPE_PROTOCOL: null },
  steps: [{ do: "await-output" }, { do: "signal", name: "SIGKILL" }, { do: "await-exit" }],
};

async function introduce(
  run: (
    plan: SandboxPlan,
    signal: AbortSignal,
  ) => Promise<Session<SandboxSeen> & { spawnError: Error | undefined }>,
  options: StartOptions,
): Promise<{ readonly subject: Subject; readonly loads: boolean }> {
  const { signal } = new AbortController();
  const { protocol = 1 } = options;
  const trials = protocol === 0 ? [] : [HTTP_TRIAL, FOLDER_TRIAL, V0_TRIAL];
  const [first, overHttp, elsewhere, inV0] = await Promise.all([
    run({ steps: [] }, signal),
    ...trials.map((trial) => run(trial, signal)),
  ]);
  const { seen, stderr, spawnError } = first;
  const shown = options.command.join(" ");
  if (spawnError !== undefined)
    throw new SubjectError(`"${shown}" can't be started: ${spawnError.message}`, stderr);
  if (seen?.frames.length === 0 && seen.exit !== undefined) {
    const how = seen.exit.signal ?? `code ${seen.exit.code}`;
    throw new SubjectError(
      `"${shown}" ended with ${how} before its first frame: run it by hand ${protocol === 0 ? "without SANDPIPE_PROTOCOL" : "below SANDPIPE_PROTOCOL=1"}`,
      stderr,
    );
  }
  const params = Object(seen?.named("session.open")[0]?.value["params"]) as {
    runtime?: { name?: unknown; version?: unknown };
    features?: unknown;
  };
  const { runtime } = params;
  const declared: readonly unknown[] = Array.isArray(params.features) ? params.features : [];
  // Only exit 69 says that it doesn't speak version 0.
  const triesV0 = inV0 !== undefined && inV0.seen?.exit?.code !== SANDBOX_EXIT.unavailable;
  const subject: Subject = {
    role: "sandbox",
    name: typeof runtime?.name === "string" ? runtime.name : (options.command[0] ?? "sandbox"),
    version: typeof runtime?.version === "string" ? runtime.version : "unknown",
    language: seen?.driver?.language ?? "unknown",
    features: [
      ...(seen?.driver?.features ?? []),
      // What else a sandbox declares is seen by what its driver can do.
      ...["lateScript"].filter((name) => declared.includes(name)),
      ...(elsewhere?.seen?.frames.length ? [OTHER_FOLDER] : []),
      ...(isRunner(options.command) ? [] : [OWN_COMMAND]),
    ],
    protocols: triesV0 ? [0, 1] : [protocol],
    // One that only tries has HTTP, however wrong: its faults are to be found, not left out.
    transports: overHttp?.seen?.posts.length ? ["stdio", "http"] : ["stdio"],
    maxRuns: options.jobs,
    prints: seen?.driver?.prints ?? [],
    ...(seen?.driver && { driver: { name: seen.driver.name, language: seen.driver.language } }),
  };
  return { subject, loads: seen?.driver !== undefined };
}
