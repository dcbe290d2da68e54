import type { RunReport } from "@sandpipe/spec/v1";
import type { Fact } from "../checks/fact.js";
import { createHttpSteps } from "./host-http-steps.js";
import { createHostAwaiting } from "./host-awaiting.js";
import { createHostFiles, isGone, type SeenFile } from "./host-files.js";
import { followUp } from "./host-follow-up.js";
import { createHostInbox } from "./host-inbox.js";
import { createHostLineInbox } from "./host-line-inbox.js";
import type { HostPlan, HostStep } from "./host-plan.js";
import { createHostProbe } from "./host-probe.js";
import type { HostSeen, Told } from "./host-seen.js";
import type { ProbeHub } from "./probe-hub.js";
import { parentMemory } from "./process-memory.js";
import { clearLeftovers } from "./host-leftovers.js";
import { layBait } from "./isolation-bait.js";
import { lookInside } from "./look-inside.js";
import { isAlive, poll, signalProcess } from "./processes.js";
import { KitFault, type Version } from "./target.js";
import type { Recorder } from "./transcript.js";
import { createWaiting } from "./waiting.js";

/** What one session against a host stands on. */
export interface HostSessionOptions {
  readonly plan: HostPlan;
  /** Version in which this session's own steps speak. */
  readonly speaks: Version;
  readonly hub: ProbeHub;
  readonly recorder: Recorder;
  /** For each thing that must come. */
  readonly deadlineMs: number;
  /** For the start of the probe's process. */
  readonly startMs: number;
  readonly limits: { readonly graceMs: number; readonly runTimeoutMs: number };
  /** The HTTP token of a session that has ended. */
  readonly endedToken?: string | undefined;
  /** Tells the adapter to start the run; `command` is the probe's. */
  start(command: readonly string[]): void;
  /** Tells the adapter to cancel it. */
  cancel(): void;
  /** Kills the host that started this probe. */
  killHost(probe: number): void;
}

/** A session under way. */
export interface HostSession {
  /** The adapter's `ended`. */
  ended(report: RunReport): void;
  /** No `ended` will come any more: the adapter is gone, or the kit gives up. */
  abandon(): void;
  readonly outcome: Promise<HostSessionOutcome>;
}

export interface HostSessionOutcome {
  readonly seen: HostSeen;
  /** What was awaited in vain, and frames against their schema. */
  readonly facts: readonly Fact[];
  readonly exchanges: number;
  /** No `ended` came, not even after a cancel. */
  readonly hung: boolean;
}

type Id = string | number;

const MAX_GRACES = 4;
/** What the probe forwarded last comes after `ended`, if at all, within so long. */
const LAST_WORDS_MS = 2_000;
const HELLO_RACE_MS = 100;

/** Carries out one plan. The transcript is complete, and nothing of the session is left running, when it resolves. */
export function runHostSession(options: HostSessionOptions): HostSession {
  const { plan, speaks, recorder, deadlineMs, limits } = options;
  const waiting = createWaiting();
  const inbox = speaks === 0 ? createHostLineInbox(recorder) : createHostInbox(recorder);
  const files = createHostFiles(inbox.answers);
  const seenFiles: SeenFile[] = [];
  const memory: Record<string, { now: number; peak: number }> = {};
  const facts: Fact[] = [];
  const told: Told[] = [];
  const times: Record<string, number> = {};
  const grandchildren: { setsid: boolean; pid: number }[] = [];
  let report: RunReport | undefined;
  let abandoned = false;
  let cancelled = false;
  let hostKilled = false;
  /** Another process than the probe that this session could tell anything. */
  const foreign = plan.run?.command !== undefined || plan.inside !== undefined;
  let refusalsAwaited = 0;
  let barriers = 0;
  let exchanges = 0;

  const mark = (name: string): void => {
    times[name] ??= recorder.elapsed();
  };
  const note = (text: string): number => recorder.record("note", "process", text);
  const awaiting = createHostAwaiting({
    ...{ waiting, deadlineMs, facts, note },
    answers: inbox.answers,
    state: () => (abandoned ? "abandoned" : report === undefined ? "running" : "ended"),
  });
  const { ids: awaitIds, named: awaitNamed } = awaiting;

  const sent = (id: Id, method: string): void => {
    inbox.expect(id, method);
    exchanges++;
  };
  const probe = createHostProbe({
    ...{ hub: options.hub, recorder, inbox, speaks, mark, note, awaitNamed },
    sent(id, method) {
      awaiting.sent(id);
      sent(id, method);
    },
    notify: waiting.notify,
  });

  let overHttp = false;
  const http = createHttpSteps({
    ...{ recorder, speaks },
    ended: options.endedToken,
    environment: async () => (await probe.tellOf("environment"))?.environment,
    awaitNamed,
    sent,
    response: inbox.answer,
    notify: waiting.notify,
  });
  /** A request of the session's own, on whatever carries it. */
  const requestOwn = async (id: Id, method: string, params: unknown): Promise<boolean> => {
    if (overHttp) return http.request(id, method, params);
    probe.request(id, method, params);
    return true;
  };

  const finish = async (code: number): Promise<boolean> => {
    probe.tell({ do: "exit", code });
    return true;
  };

  const carryOut = async (step: HostStep): Promise<boolean> => {
    switch (step.do) {
      case "open":
        overHttp = step.over === "http";
        if (!(await requestOwn("open", "session.open", openParams(step.protocol)))) return false;
        return step.pipelined === true || awaitIds(["open"]);
      case "write":
        probe.write(step.parts, step.stream, step.cuts);
        return true;
      case "await":
        return awaitIds(step.ids);
      case "await-refusals":
        refusalsAwaited += step.count;
        return awaitNamed(
          `${refusalsAwaited} error responses with id null`,
          () => inbox.refusals.length >= refusalsAwaited,
        );
      case "barrier": {
        const id = `barrier-${++barriers}`;
        probe.request(id, "conformance.echo", { barrier: barriers });
        return awaitIds([id]);
      }
      case "written":
        return awaitNamed("the end of what the probe writes", probe.hasWritten);
      case "call-from":
      case "pages":
        return followUp(step, { answers: inbox.answers, request: probe.request, awaitIds });
      case "file": {
        const seen = files.act(step.file);
        note(`a file: ${JSON.stringify(step.file)} ${seen.failed ?? "done"}`);
        seenFiles.push(seen);
        return true;
      }
      case "memory": {
        const taken = probe.pid === undefined ? undefined : parentMemory(probe.pid);
        if (taken !== undefined) memory[step.mark] = taken;
        return true;
      }
      case "await-grandchildren": {
        const own = grandchildren.filter((child) => !child.setsid);
        const held = await poll(() => own.every((child) => !isAlive(child.pid)), deadlineMs);
        if (held) mark("gone");
        return awaitNamed("the end of the processes that the probe started", () => held);
      }
      case "pause":
      case "resume":
        note(step.do === "pause" ? "the probe stops reading stdin" : "the probe reads stdin again");
        probe.tell({ do: step.do });
        return true;
      case "close":
        note(`the probe closes descriptor ${step.fd}`);
        probe.tell({ do: "close", fd: step.fd });
        return true;
      case "spawn": {
        const n = probe.tell(step);
        const held = await awaitNamed("a process started by the probe", () => probe.isDone(n));
        const pid = probe.valueOf(n);
        if (typeof pid === "number") {
          const writes = step.writes === undefined ? "" : `, which writes ${step.writes}`;
          note(`the probe started process ${pid}${step.setsid ? " outside its group" : ""}${writes}`);
          grandchildren.push({ setsid: step.setsid, pid });
        }
        return held;
      }
      case "tell": {
        const about = await probe.tellOf(step.what);
        if (about !== undefined) told.push(about);
        return about !== undefined;
      }
      case "http":
      case "post":
      case "await-http":
      case "cut-http":
      case "idle":
      case "bound":
        return http.carryOut(step);
      case "cancel-run":
        cancelled = true;
        mark("cancel");
        recorder.record("to-subject", "control", "cancel");
        options.cancel();
        return true;
      case "kill-host": {
        const { pid } = probe;
        if (pid === undefined) return false;
        hostKilled = true;
        mark("host-killed");
        note("the kit kills the host by SIGKILL");
        options.killHost(pid);
        return true;
      }
      case "await-eof":
        return awaitNamed("the end of stdin", () => times["eof"] !== undefined || probe.gone);
      case "await-close":
        return awaitNamed("the notification session.close", () => times["close"] !== undefined);
      case "on-term":
        probe.tell({ do: "on-term", then: step.then });
        return true;
      case "linger":
        return true;
      case "exit":
        note(`the probe exits with ${step.code}`);
        return finish(step.code);
      case "signal":
        note(`the probe kills itself by ${step.name}`);
        probe.tell({ do: "signal", name: step.name });
        return true;
      case "end":
        if (speaks === 0) {
          if (step.value !== undefined) probe.write([{ text: `${JSON.stringify(step.value)}\n` }]);
          return finish(0);
        }
        if (!(await requestOwn("end", "session.result", { ok: true, value: step.value ?? null })))
          return false;
        return (await awaitIds(["end"])) && finish(0);
      default:
        throw new KitFault(`a plan holds a step that the kit doesn't know: ${JSON.stringify(step)}`);
    }
  };

  const isLast = (step: HostStep | undefined): boolean =>
    step !== undefined && ["end", "exit", "signal", "linger"].includes(step.do);

  const isEnded = (): boolean => report !== undefined || abandoned;

  /** Whether no `ended` comes at all; one that comes only after a cancel is late, which is a fact. */
  const awaitEnded = async (going: boolean, lingers: boolean): Promise<boolean> => {
    if (hostKilled) return false;
    const beforeMs = deadlineMs + MAX_GRACES * limits.graceMs;
    await waiting.until(isEnded, lingers && !cancelled ? beforeMs + limits.runTimeoutMs : beforeMs);
    if (isEnded()) return false;
    if (!going) return true;
    awaiting.unmet.push("ended");
    facts.push({
      about: "the end of the run",
      expected: `ended within ${beforeMs} ms`,
      actual: "no ended",
      at: note("awaited in vain: ended"),
    });
    // Whoever still holds the run's pipes may be what the host waits for: the adapter itself hangs without them only.
    for (const { pid } of grandchildren) signalProcess(pid, "SIGKILL");
    options.cancel();
    await waiting.until(isEnded, beforeMs);
    const hung = report === undefined && !abandoned;
    report = undefined;
    return hung;
  };

  const cleanUp = async (): ReturnType<typeof clearLeftovers> => {
    // A host that never ended the run is not asked what it left behind.
    if (report === undefined && !hostKilled) probe.close();
    const scratch = files.scratch();
    const left = await clearLeftovers({
      probe: probe.pid,
      grandchildren,
      scratchIsGone: scratch === undefined ? undefined : () => isGone(scratch),
      ended: report !== undefined,
    });
    probe.close();
    return left;
  };

  const execute = async (): Promise<HostSessionOutcome> => {
    const bait = plan.inside && (await layBait(plan.inside));
    options.start(bait?.command ?? plan.run?.command ?? probe.command);
    const steps =
      isLast(plan.steps.at(-1)) || foreign ? plan.steps : [...plan.steps, { do: "end" } as const];
    let going = true;
    if (!foreign)
      going = await awaitNamed("the probe's start", () => probe.pid !== undefined, options.startMs);
    for (const step of steps) {
      if (!going || abandoned) break;
      going = await carryOut(step);
    }
    if (!going && !isEnded()) {
      // A session that is over for the kit ends as fast as it can: the probe exits when its socket closes.
      probe.close();
      options.cancel();
    }
    const hung = await awaitEnded(going, going && steps.at(-1)?.do === "linger");
    inbox.end();
    const inside = bait && (await lookInside(bait, report, plan.run?.isolation === "own"));
    const left = await cleanUp();
    facts.push(...inbox.faults);
    const seen: HostSeen = {
      frames: inbox.frames,
      answers: inbox.answers,
      refusals: inbox.refusals,
      notifications: inbox.notifications,
      stray: inbox.stray(),
      missing: awaiting.missing,
      unmet: awaiting.unmet,
      report,
      output: Buffer.from(report?.output ?? "", "base64"),
      stderr: Buffer.from(report?.stderr ?? "", "base64"),
      http: http.exchanges,
      address: http.address,
      bound: http.bound,
      told,
      inside,
      ...left,
      files: seenFiles,
      memory,
      times,
    };
    return { seen, facts, exchanges, hung };
  };

  return {
    outcome: execute().finally(() => {
      http.close();
      probe.close();
    }),
    ended(value) {
      mark("ended");
      recorder.record("from-subject", "control", `ended: ${value.outcome}`);
      // What the probe forwarded before its end comes on another channel than `ended`, and may be read after it.
      const heard = (): boolean => probe.gone || foreign;
      void waiting.until(heard, probe.pid === undefined ? HELLO_RACE_MS : LAST_WORDS_MS).then(() => {
        report ??= value;
        waiting.notify();
      });
    },
    abandon() {
      abandoned = true;
      waiting.end();
    },
  };
}

function openParams(protocol = 1): Readonly<Record<string, unknown>> {
  return { protocol, runtime: { name: "sandpipe-probe", version: "1" }, features: [] };
}
