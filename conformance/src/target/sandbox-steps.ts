import { randomBytes } from "node:crypto";
import type { Step } from "@sandpipe/spec/control";
import type { DatabaseServer, ServerKind } from "../databases/server.js";
import type { SessionWays } from "../databases/session-ways.js";
import type { SeenFrame } from "./host-seen.js";
import { requireValidSteps } from "./sandbox-answers.js";
import type { SandboxAwaiting, SandboxProgress } from "./sandbox-awaiting.js";
import type { SandboxDesk } from "./sandbox-desk.js";
import { DRIVER_ASKS } from "./driver-fault.js";
import type { DriverState } from "./sandbox-driver.js";
import type { SandboxInbox } from "./sandbox-inbox.js";
import type { SandboxStep } from "./sandbox-plan.js";
import type { SandboxProcess } from "./sandbox-process.js";
import { KitFault } from "./target.js";
import { encodeFrame } from "../wire/encode.js";

/** What the steps of a plan work on. */
export interface SandboxStepParts {
  readonly awaiting: SandboxAwaiting;
  readonly desk: SandboxDesk;
  readonly driver: DriverState;
  readonly inbox: SandboxInbox;
  readonly child: SandboxProcess;
  readonly progress: Readonly<SandboxProgress>;
  readonly deadlineMs: number;
  /** For the first thing that a fresh sandbox does. */
  readonly startMs: number;
  readonly servers: ReadonlyMap<ServerKind, DatabaseServer>;
  /** Takes what servers answer to the kit itself, by the step's number. */
  readonly asked: Map<number, readonly Readonly<Record<string, unknown>>[]>;
  readonly ways: Pick<SessionWays, "sent" | "cut">;
  /** Requests that have come over HTTP. */
  posts(): number;
  write(bytes: Uint8Array): void;
  mark(name: string): void;
  note(text: string): void;
}

/** The longest that the kit waits before it asks an idle driver again. */
const MAX_POLL_MS = 50;
const SERVE_PACE_MS = 1;
/** How often a server is looked at. */
const LOOK_MS = 20;

/** Creates what carries out one step; false when what it awaited did not come. */
export function createSandboxSteps(parts: SandboxStepParts): (step: SandboxStep) => Promise<boolean> {
  const { awaiting, desk, driver, inbox, child, progress, deadlineMs, startMs, mark, note } = parts;
  const { must } = awaiting;
  const list = (ns: readonly number[]): string => ns.slice(0, 5).join(", ") + (ns.length > 5 ? ", …" : "");

  const serverOf = (kind: ServerKind): DatabaseServer => {
    const server = parts.servers.get(kind);
    if (server === undefined) throw new KitFault(`a plan wants a server of kind ${kind}, and there is none`);
    return server;
  };
  const isSent = (name: string): boolean => parts.ways.sent(name).some((bytes) => bytes.includes(session));
  /** Looks again and again at what nobody tells of. */
  const look = async (about: string, holds: () => boolean | Promise<boolean>): Promise<boolean> => {
    const until = performance.now() + deadlineMs;
    let held = await holds();
    while (!held && performance.now() < until && !progress.over) {
      await awaiting.pause(LOOK_MS);
      held = await holds();
    }
    return must(about, () => held, 0, deadlineMs);
  };
  const session = randomBytes(8).toString("hex");
  /** A statement may name the kit's own table and, so that it is known among all that a server runs, the session. */
  const filledIn = (text: string, table = "{table}"): string =>
    text.replaceAll("{table}", table).replaceAll("{session}", session);
  const filledStep = (step: Step): Step => {
    if (step.do !== "sql") return step;
    const table = parts.servers.get(step.engine.split("-")[0] as ServerKind)?.table;
    return { ...step, query: filledIn(step.query, table) };
  };
  const give = async (planned: readonly Step[]): Promise<boolean> => {
    const steps = planned.map(filledStep);
    const withinMs = driver.info === undefined ? startMs : deadlineMs;
    if (!(await must(DRIVER_ASKS, () => driver.asked, withinMs))) return false;
    const next = driver.takeNext();
    requireValidSteps(steps);
    driver.give(steps);
    if (next !== undefined) desk.answer(next, { result: { steps } });
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
    while (!ended() && !progress.gone && !progress.over && performance.now() < until) {
      const next = driver.takeNext();
      if (next !== undefined) {
        pauseMs = driver.idleAsks > idle ? Math.min(Math.max(1, pauseMs * 2), MAX_POLL_MS) : 0;
        idle = driver.idleAsks;
        if (pauseMs > 1) await awaiting.either(() => false, pauseMs);
        desk.answer(next, { result: { steps: [] } });
      }
      await awaiting.either(() => ended() || driver.asked, Math.max(0, until - performance.now()));
    }
    return must(`the end of steps ${list(ns)}`, ended, 0, deadlineMs);
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
      desk.answer(driver.calls(n)[0] as SeenFrame, { result: { step: n } });
    }
    return true;
  };
  const cancelled = (n: number): boolean =>
    inbox.frames.some((frame) => {
      const { id } = Object(frame.value["params"]) as { id?: unknown };
      return frame.value["method"] === "session.cancel" && id === driver.calls(n)[0]?.value["id"];
    });

  return async (step) => {
    switch (step.do) {
      case "give":
        return give(step.steps);
      case "await-calls":
        return awaitCalls(step.of);
      case "await-done":
        return awaitDone(step.of);
      case "await-cancels":
        return must(`session.cancel for the calls of steps ${list(step.of)}`, () => step.of.every(cancelled));
      case "answer": {
        const of = step.answers.flatMap((entry) => ("of" in entry ? [entry.of] : []));
        if (!(await awaitCalls(of))) return false;
        desk.answerCalls(step.answers, step.cuts ?? []);
        return true;
      }
      case "serve":
        return serve(step.of);
      case "await-drain":
        return must("the sandbox takes what was written to its stdin", () => child.untaken === 0);
      case "await-output":
        return must("anything on stdout", () => inbox.frames.length + inbox.output().length > 0, startMs);
      case "await-open":
        return must("session.open", () => inbox.frames.length > 0, startMs);
      case "await-statement": {
        const server = serverOf(step.on);
        const about = `the server ${step.runs ? "runs" : "no longer runs"} the session's statement`;
        return look(about, async () => (await server.runs(session)) === step.runs);
      }
      case "ask-server": {
        const server = serverOf(step.on);
        const query = filledIn(step.query, server.table);
        note(`the kit asks the server: ${query}`);
        parts.asked.set(step.n, await server.ask(query));
        return true;
      }
      case "cut-datasource":
        if (!(await look("the session's statement", () => isSent(step.name)))) return false;
        note(`the kit breaks the connections of ${step.name}`);
        parts.ways.cut(step.name);
        return true;
      case "await-post":
        return must("a request over HTTP", () => parts.posts() > 0, startMs);
      case "mishap":
        if (!(await awaitCalls([step.of]))) return false;
        note(`the kit loses the answer of step ${step.of}: ${step.how}`);
        desk.lose(driver.calls(step.of)[0] as SeenFrame, step.how);
        return true;
      case "linger":
        note(`the kit lets ${step.ms} ms pass`);
        await awaiting.either(() => false, step.ms);
        return true;
      case "answer-open":
        desk.answerOpen();
        return true;
      case "close-notification": {
        mark("close");
        const params = step.reason === undefined ? {} : { reason: step.reason };
        parts.write(encodeFrame({ jsonrpc: "2.0", method: "session.close", params }));
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
        desk.holdResult();
        return true;
      case "acknowledge":
        desk.acknowledge();
        return true;
      case "await-result":
        return must("session.result", () => desk.results.length > 0);
      case "await-exit":
        return must("the sandbox's exit", () => progress.gone);
      default:
        throw new KitFault(`a plan holds a step that the kit doesn't know: ${JSON.stringify(step)}`);
    }
  };
}
