import type { Fact } from "../checks/fact.js";
import type { DatabaseServer, ServerKind } from "../databases/server.js";
import type { SessionWays } from "../databases/session-ways.js";
import { createSandboxAwaiting, type SandboxProgress } from "./sandbox-awaiting.js";
import { createSandboxDesk } from "./sandbox-desk.js";
import { createDriverState } from "./sandbox-driver.js";
import { objectIn, type HttpReply, type SandboxHttp, type SeenPost } from "./sandbox-http.js";
import { createSandboxInbox } from "./sandbox-inbox.js";
import { createSandboxLineInbox } from "./sandbox-line-inbox.js";
import type { SandboxPlan, SandboxStep } from "./sandbox-plan.js";
import { spawnSandbox, type Exit } from "./sandbox-process.js";
import type { SandboxSeen } from "./sandbox-seen.js";
import { createSandboxSteps } from "./sandbox-steps.js";
import type { SeenFrame } from "./host-seen.js";
import type { Version } from "./target.js";
import type { Recorder } from "./transcript.js";
import { createWaiting } from "./waiting.js";

/** What one session against a sandbox stands on. */
export interface SandboxSessionOptions {
  readonly plan: SandboxPlan;
  /** Version of this session's frames. */
  readonly speaks: Version;
  readonly command: readonly string[];
  readonly environment: Record<string, string>;
  /** The folder in which it is started; default the kit's own. */
  readonly folder: string | undefined;
  readonly recorder: Recorder;
  /** For each thing that must come. */
  readonly deadlineMs: number;
  /** For the first thing that a fresh sandbox does. */
  readonly startMs: number;
  readonly scratch: string;
  /** What the kit answers to `session.open`. */
  opening(): Readonly<Record<string, unknown>>;
  /** What the plan's datasources stand on, and the servers behind them. */
  readonly ways: SessionWays;
  readonly servers: ReadonlyMap<ServerKind, DatabaseServer>;
  /** The kit's HTTP server, where the plan has one. */
  readonly http: SandboxHttp | undefined;
}

/** A session under way. */
export interface SandboxSession {
  /** Gives up: the sandbox is killed and the outcome follows. */
  abandon(): void;
  readonly outcome: Promise<SandboxSessionOutcome>;
}

export interface SandboxSessionOutcome {
  readonly seen: SandboxSeen;
  readonly facts: readonly Fact[];
  readonly exchanges: number;
  readonly stderr: string;
  /** It could not be spawned. */
  readonly spawnError: Error | undefined;
}

/** Ends a plan that doesn't end itself; no step of a plan has such a number. */
const LAST_STEP = 1_000_000;
const LAST: SandboxStep = { do: "give", steps: [{ n: LAST_STEP, do: "result", value: null }] };
const ENDING: Readonly<Record<Version, readonly SandboxStep[]>> = {
  0: [LAST, { do: "await-exit" }],
  1: [LAST, { do: "await-result" }, { do: "await-exit" }],
};

/** Carries out one plan. Nothing of the session is left running when the outcome resolves. */
export async function startSandboxSession(options: SandboxSessionOptions): Promise<SandboxSession> {
  const { plan, speaks, recorder, deadlineMs, startMs, http } = options;
  const waiting = createWaiting();
  const driver = createDriverState();
  const times: Record<string, number> = {};
  const overHttp = new Set<SeenFrame>();
  const asked = new Map<number, readonly Readonly<Record<string, unknown>>[]>();
  const progress: SandboxProgress = { gone: false, over: false };
  let replyOfNext: HttpReply | undefined;
  let exit: Exit | undefined;
  let spawnError: Error | undefined;
  let framesBeforeOpen = 0;

  const mark = (name: string): void => void (times[name] ??= recorder.elapsed());
  const note = (text: string): number => recorder.record("note", "process", text);
  const write = (bytes: Uint8Array, cuts: readonly number[] = []): void => {
    recorder.record("to-subject", "wire", bytes, cuts);
    child.write(bytes, cuts);
  };
  const awaiting = createSandboxAwaiting({ waiting, deadlineMs, progress, note });
  const opening: typeof options.opening = () => {
    framesBeforeOpen = inbox.frames.length;
    return options.opening();
  };
  const desk = createSandboxDesk({ plan, speaks, driver, recorder, opening, write, mark });
  const createInbox = speaks === 0 ? createSandboxLineInbox : createSandboxInbox;
  const inbox = createInbox(recorder, (frame) => {
    const reply = replyOfNext;
    replyOfNext = undefined;
    if (reply !== undefined) overHttp.add(frame);
    if (Object.hasOwn(frame.value, "method") && Object.hasOwn(frame.value, "id")) desk.request(frame, reply);
  });

  /** What came over HTTP takes the same way as what comes on stdout. */
  const onPost = ({ request }: SeenPost, reply: HttpReply): void => {
    const text = request.body.toString("utf8");
    const at = recorder.record("from-subject", "wire", `${request.method} ${request.target} ${text}`);
    waiting.notify();
    if (plan.httpManner !== "serves") {
      if (text.includes('"session.open"')) mark("http-open");
      return;
    }
    const value = objectIn(text);
    if (value === undefined) return reply.status(400, 0);
    if (!Object.hasOwn(value, "id")) reply.status(202, plan.acceptedAfterMs ?? 0);
    replyOfNext = reply;
    inbox.posted(value, text, at);
    waiting.notify();
  };
  http?.listen(onPost, recorder.elapsed);

  mark("spawn");
  const child = await spawnSandbox({
    command: options.command,
    environment: options.environment,
    folder: options.folder,
    closedStdin: plan.open === "closed-stdin",
    pipes: plan.stdio === "pipe" && plan.open !== "closed-stdin" ? options.scratch : undefined,
    stdout(bytes) {
      inbox.stdout(bytes);
      waiting.notify();
    },
    stderr(bytes) {
      inbox.stderr(bytes);
      waiting.notify();
    },
    taken: waiting.notify,
    exited(how) {
      exit = how;
      mark("exit");
      note(`the sandbox exits with ${how.signal ?? how.code}`);
      waiting.notify();
    },
    closed(error) {
      progress.gone = true;
      if (error !== undefined) spawnError = error;
      inbox.end();
      waiting.notify();
    },
  });
  note(`the kit starts ${options.command.join(" ")}, process ${child.pid}`);
  const carryOut = createSandboxSteps({
    ...{ awaiting, desk, driver, inbox, child, progress, deadlineMs, startMs, write, mark, note },
    servers: options.servers,
    ways: options.ways,
    asked,
    posts: () => http?.posts.length ?? 0,
  });

  const execute = async (): Promise<SandboxSessionOutcome> => {
    try {
      const ends = plan.steps.some((step) => step.do === "await-exit");
      for (const step of ends ? plan.steps : [...plan.steps, ...ENDING[speaks]])
        if (progress.over || !(await carryOut(step))) break;
    } finally {
      progress.over = true;
      if (!progress.gone) note("the kit kills the sandbox");
    }
    const byItself = exit;
    await child.end();
    driver.readLines(inbox.errors().toString());
    return {
      seen: look(byItself),
      facts: [...awaiting.facts, ...inbox.faults],
      exchanges: desk.exchanges,
      stderr: inbox.rawStderr(),
      spawnError,
    };
  };
  const look = (byItself: Exit | undefined): SandboxSeen => ({
    pid: child.pid,
    frames: inbox.frames,
    framesBeforeOpen,
    driver: driver.info,
    call: (n) => driver.calls(n)[0],
    done: driver.done,
    named: (method) => inbox.frames.filter((frame) => frame.value["method"] === method),
    responses: inbox.frames.filter((frame) => !Object.hasOwn(frame.value, "method")),
    peakInFlight: desk.peakInFlight,
    http: (http?.posts ?? []).map(({ request }) => `${request.method} ${request.target}`),
    posts: http?.posts ?? [],
    stdioFrames: inbox.frames.filter((frame) => !overHttp.has(frame)),
    strays: http?.strays ?? 0,
    results: desk.results,
    output: inbox.output(),
    outputBeforeFrames: inbox.outputBeforeFrames,
    stderr: inbox.errors(),
    violations: inbox.violations,
    unmet: awaiting.unmet,
    exit: byItself,
    asked: (n) => asked.get(n),
    sentTo: options.ways.sent,
    secret: options.ways.secret,
    times,
  });

  return {
    outcome: execute().finally(() => child.end()),
    abandon() {
      progress.over = true;
      waiting.end();
    },
  };
}
