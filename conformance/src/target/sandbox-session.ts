import { RPC_ERROR, type SessionResultParams } from "@sandpipe/spec/v1";
import type { Step } from "@sandpipe/spec/control";
import type { Fact } from "../checks/fact.js";
import { DRIVER_ASKS } from "./driver-fault.js";
import type { SeenFrame } from "./host-seen.js";
import { answerBody, encodeAnswer, encodeResponse, requireValidSteps } from "./sandbox-answers.js";
import { createDriverState } from "./sandbox-driver.js";
import { createSandboxInbox } from "./sandbox-inbox.js";
import { openingAnswer } from "./sandbox-opening.js";
import type { Answer, SandboxPlan, SandboxStep } from "./sandbox-plan.js";
import { objectIn, type HttpReply, type SandboxHttp, type SeenPost } from "./sandbox-http.js";
import { spawnSandbox, type Exit } from "./sandbox-process.js";
import type { SandboxSeen } from "./sandbox-seen.js";
import { KitFault } from "./target.js";
import type { Recorder } from "./transcript.js";
import { createWaiting } from "./waiting.js";
import { encodeFrame } from "../wire/encode.js";

/** What one session against a sandbox stands on. */
export interface SandboxSessionOptions {
  readonly plan: SandboxPlan;
  readonly command: readonly string[];
  readonly environment: Record<string, string>;
  readonly recorder: Recorder;
  /** For each thing that must come. */
  readonly deadlineMs: number;
  /** For the first thing that a fresh sandbox does. */
  readonly startMs: number;
  readonly timeoutScale: number;
  readonly scratch: string;
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

/** The longest that the kit waits before it asks an idle driver again. */
const MAX_POLL_MS = 50;
const SERVE_PACE_MS = 1;
/** Ends a plan that doesn't end itself; no step of a plan has such a number. */
const LAST_STEP = 1_000_000;

/** Carries out one plan. Nothing of the session is left running when the outcome resolves. */
export async function startSandboxSession(options: SandboxSessionOptions): Promise<SandboxSession> {
  const { plan, recorder, deadlineMs, startMs } = options;
  const waiting = createWaiting();
  const driver = createDriverState();
  const facts: Fact[] = [];
  const unmet: string[] = [];
  const results: SessionResultParams[] = [];
  const times: Record<string, number> = {};
  const unanswered = new Set<SeenFrame>();
  let peakInFlight = 0;
  let exchanges = 0;
  const replies = new Map<SeenFrame, HttpReply>();
  const overHttp = new Set<SeenFrame>();
  let replyOfNext: HttpReply | undefined;
  let heldOpen: SeenFrame | undefined;
  let httpOpened = false;
  let resultFrame: SeenFrame | undefined;
  let holdResult = false;
  let exit: Exit | undefined;
  let gone = false;
  let over = false;
  let spawnError: Error | undefined;

  const mark = (name: string): void => void (times[name] ??= recorder.elapsed());
  const note = (text: string): number => recorder.record("note", "process", text);

  const write = (bytes: Uint8Array, cuts: readonly number[] = []): void => {
    recorder.record("to-subject", "wire", bytes, cuts);
    child.write(bytes, cuts);
  };
  const answerFrame = (frame: SeenFrame, members: Readonly<Record<string, unknown>>): void => {
    unanswered.delete(frame);
    const response = { jsonrpc: "2.0", id: frame.value["id"], ...members };
    const reply = replies.get(frame);
    if (reply === undefined) return write(encodeResponse(response));
    replies.delete(frame);
    recorder.record("to-subject", "wire", `HTTP/1.1 200 ${JSON.stringify(response)}`);
    reply.json(JSON.stringify(response));
  };
  const acknowledge = (): void => {
    if (resultFrame === undefined) return;
    mark("acknowledged");
    answerFrame(resultFrame, { result: {} });
    resultFrame = undefined;
  };

  const onRequest = (frame: SeenFrame): void => {
    exchanges++;
    const method = frame.value["method"];
    if (method === "session.open") {
      const opensHttp = replies.has(frame) && !httpOpened;
      httpOpened ||= opensHttp;
      if (times["open"] !== undefined && !opensHttp)
        return answerFrame(frame, { error: { code: RPC_ERROR.invalidRequest, message: "it is open" } });
      mark(opensHttp ? "http-open" : "open");
      if (plan.open === "held" && !opensHttp) heldOpen = frame;
      else answerFrame(frame, openingAnswer(plan, options.timeoutScale, options.scratch));
      return;
    }
    if (method === "session.result") {
      results.push(frame.value["params"] as SessionResultParams);
      if (results.length > 1)
        return answerFrame(frame, {
          error: { code: RPC_ERROR.invalidRequest, message: "it has its result" },
        });
      mark("result");
      resultFrame = frame;
      if (!holdResult) acknowledge();
      return;
    }
    unanswered.add(frame);
    peakInFlight = Math.max(peakInFlight, unanswered.size);
    if (driver.request(frame)) return;
    const message = `nothing told the driver to call ${JSON.stringify(method)}`;
    answerFrame(frame, { error: { code: RPC_ERROR.methodNotFound, message } });
  };
  const inbox = createSandboxInbox(recorder, (frame) => {
    if (replyOfNext !== undefined) {
      overHttp.add(frame);
      replies.set(frame, replyOfNext);
      replyOfNext = undefined;
    }
    if (Object.hasOwn(frame.value, "method") && Object.hasOwn(frame.value, "id")) onRequest(frame);
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
  options.http?.listen(onPost, recorder.elapsed);

  const child = await spawnSandbox({
    command: options.command,
    environment: options.environment,
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
      gone = true;
      if (error !== undefined) spawnError = error;
      inbox.end();
      waiting.notify();
    },
  });
  note(`the kit starts ${options.command.join(" ")}, process ${child.pid}`);

  /** After the first thing that did not come nothing later can be trusted to: the rest of the plan is left out. */
  const must = async (
    about: string,
    holds: () => boolean,
    waitMs = deadlineMs,
    withinMs = waitMs,
  ): Promise<boolean> => {
    await waiting.until(() => holds() || gone || over, waitMs);
    if (holds()) return true;
    if (over) return false;
    const actual = gone ? "nothing before the sandbox ended" : `nothing within ${withinMs} ms`;
    facts.push({ about, expected: "it comes", actual, at: note(`awaited in vain: ${about}`) });
    unmet.push(about);
    return false;
  };
  const list = (ns: readonly number[]): string => ns.slice(0, 5).join(", ") + (ns.length > 5 ? ", …" : "");

  const give = async (steps: readonly Step[]): Promise<boolean> => {
    const withinMs = driver.info === undefined ? startMs : deadlineMs;
    if (!(await must(DRIVER_ASKS, () => driver.asked, withinMs))) return false;
    const next = driver.takeNext();
    requireValidSteps(steps);
    driver.give(steps);
    if (next !== undefined) answerFrame(next, { result: { steps } });
    return true;
  };
  const awaitCalls = (ns: readonly number[]): Promise<boolean> => {
    const lacking = (): number[] => ns.filter((n) => driver.calls(n).length === 0);
    return must(`the calls of steps ${list(ns)}`, () => lacking().length === 0);
  };
  /** Answers a held request with no steps until the driver has said it all; a driver that asks at once is asked less and less often. */
  const awaitDone = async (ns: readonly number[]): Promise<boolean> => {
    const ended = (): boolean => ns.every((n) => driver.done(n).length > 0);
    const until = performance.now() + deadlineMs;
    let idle = driver.idleAsks;
    let pauseMs = 0;
    while (!ended() && !gone && !over && performance.now() < until) {
      const next = driver.takeNext();
      if (next !== undefined) {
        pauseMs = driver.idleAsks > idle ? Math.min(Math.max(1, pauseMs * 2), MAX_POLL_MS) : 0;
        idle = driver.idleAsks;
        if (pauseMs > 1) await waiting.until(() => gone || over, pauseMs);
        answerFrame(next, { result: { steps: [] } });
      }
      await waiting.until(
        () => ended() || driver.asked || gone || over,
        Math.max(0, until - performance.now()),
      );
    }
    return must(`the end of steps ${list(ns)}`, ended, 0, deadlineMs);
  };
  const answer = async (answers: readonly Answer[], cuts: readonly number[]): Promise<boolean> => {
    const of = answers.flatMap((entry) => ("of" in entry ? [entry.of] : []));
    if (!(await awaitCalls(of))) return false;
    const frameOf = (n: number): SeenFrame => driver.calls(n)[0] as SeenFrame;
    const first = answers[0];
    const posted = first !== undefined && "of" in first && replies.has(frameOf(first.of));
    if (posted) {
      for (const entry of answers) {
        if (!("of" in entry)) continue;
        const frame = frameOf(entry.of);
        unanswered.delete(frame);
        replies.get(frame)?.json(answerBody(entry, frame.value["id"]));
        replies.delete(frame);
      }
      return true;
    }
    const bytes = answers.map((entry) => encodeAnswer(entry, (n) => frameOf(n).value["id"]));
    for (const n of of) unanswered.delete(frameOf(n));
    write(Buffer.concat(bytes), cuts);
    return true;
  };
  /** In the order in which they come: a burst is seen whole before its first answer. */
  const serve = async (of: readonly number[]): Promise<boolean> => {
    const open = new Set(of);
    while (open.size > 0) {
      const arrived = (): number | undefined => [...open].find((n) => driver.calls(n).length > 0);
      if (!(await must(`the calls of steps ${list([...open])}`, () => arrived() !== undefined))) return false;
      await new Promise((next) => setTimeout(next, SERVE_PACE_MS));
      const n = arrived() as number;
      open.delete(n);
      answerFrame(driver.calls(n)[0] as SeenFrame, { result: { step: n } });
    }
    return true;
  };
  const cancelled = (n: number): boolean =>
    inbox.frames.some((frame) => {
      const { id } = Object(frame.value["params"]) as { id?: unknown };
      return frame.value["method"] === "session.cancel" && id === driver.calls(n)[0]?.value["id"];
    });

  const carryOut = async (step: SandboxStep): Promise<boolean> => {
    switch (step.do) {
      case "give":
        return give(step.steps);
      case "await-calls":
        return awaitCalls(step.of);
      case "await-done":
        return awaitDone(step.of);
      case "await-cancels":
        return must(`session.cancel for the calls of steps ${list(step.of)}`, () => step.of.every(cancelled));
      case "answer":
        return answer(step.answers, step.cuts ?? []);
      case "serve":
        return serve(step.of);
      case "await-drain":
        return must("the sandbox takes what was written to its stdin", () => child.untaken === 0);
      case "await-post":
        return must("a request over HTTP", () => (options.http?.posts.length ?? 0) > 0, startMs);
      case "mishap": {
        if (!(await awaitCalls([step.of]))) return false;
        const frame = driver.calls(step.of)[0] as SeenFrame;
        unanswered.delete(frame);
        note(`the kit loses the answer of step ${step.of}: ${step.how}`);
        replies.get(frame)?.mishap(step.how, answerBody({ of: step.of, result: null }, frame.value["id"]));
        return true;
      }
      case "answer-open":
        if (heldOpen !== undefined)
          answerFrame(heldOpen, openingAnswer(plan, options.timeoutScale, options.scratch));
        return true;
      case "close-notification": {
        mark("close");
        const params = step.reason === undefined ? {} : { reason: step.reason };
        write(encodeFrame({ jsonrpc: "2.0", method: "session.close", params }));
        return true;
      }
      case "end-stdin":
        mark("eof");
        note("the kit ends stdin");
        child.endStdin();
        return true;
      case "signal":
        mark("signal");
        note(`the kit sends ${step.name}`);
        child.signal(step.name);
        return true;
      case "pause":
      case "resume":
        note(step.do === "pause" ? "the kit stops reading stdout" : "the kit reads stdout again");
        child[step.do]();
        return true;
      case "hold-result":
        holdResult = true;
        return true;
      case "acknowledge":
        acknowledge();
        return true;
      case "await-result":
        return must("session.result", () => results.length > 0);
      case "await-exit":
        return must("the sandbox's exit", () => gone);
      default:
        throw new KitFault(`a plan holds a step that the kit doesn't know: ${JSON.stringify(step)}`);
    }
  };

  const execute = async (): Promise<SandboxSessionOutcome> => {
    try {
      const ends = plan.steps.some((step) => step.do === "await-exit");
      const ending: SandboxStep[] = [
        { do: "give", steps: [{ n: LAST_STEP, do: "result", value: null }] },
        { do: "await-result" },
        { do: "await-exit" },
      ];
      for (const step of ends ? plan.steps : [...plan.steps, ...ending])
        if (over || !(await carryOut(step))) break;
    } finally {
      over = true;
      if (!gone) note("the kit kills the sandbox");
    }
    const byItself = exit;
    await child.end();
    driver.readLines(inbox.errors().toString());
    return {
      seen: look(byItself),
      facts: [...facts, ...inbox.faults],
      exchanges,
      stderr: inbox.rawStderr(),
      spawnError,
    };
  };
  const look = (byItself: Exit | undefined): SandboxSeen => ({
    frames: inbox.frames,
    driver: driver.info,
    call: (n) => driver.calls(n)[0],
    done: driver.done,
    named: (method) => inbox.frames.filter((frame) => frame.value["method"] === method),
    responses: inbox.frames.filter((frame) => !Object.hasOwn(frame.value, "method")),
    peakInFlight,
    http: (options.http?.posts ?? []).map(({ request }) => `${request.method} ${request.target}`),
    posts: options.http?.posts ?? [],
    stdioFrames: inbox.frames.filter((frame) => !overHttp.has(frame)),
    strays: options.http?.strays ?? 0,
    results,
    output: inbox.output(),
    outputBeforeFrames: inbox.outputBeforeFrames,
    stderr: inbox.errors(),
    violations: inbox.violations,
    unmet,
    exit: byItself,
    times,
  });

  return {
    outcome: execute().finally(() => child.end()),
    abandon() {
      over = true;
      waiting.end();
    },
  };
}
