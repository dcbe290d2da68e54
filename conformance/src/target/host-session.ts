import type { RunReport } from "@sandpipe/spec/v1";
import type { Fact } from "../checks/fact.js";
import type { ProbeAction, ProbeReport } from "../probe/messages.js";
import { createHostFiles, isGone, type SeenFile } from "./host-files.js";
import { followUp } from "./host-follow-up.js";
import { createHostInbox } from "./host-inbox.js";
import { encodeParts } from "./host-parts.js";
import type { HostPlan, HostStep, Part } from "./host-plan.js";
import type { HostSeen, Told } from "./host-seen.js";
import { withoutInherited } from "./inherited-descriptors.js";
import type { ProbeHub } from "./probe-hub.js";
import { parentMemory } from "./process-memory.js";
import { clearLeftovers } from "./host-leftovers.js";
import { isAlive, poll } from "./processes.js";
import { KitFault } from "./target.js";
import type { Recorder } from "./transcript.js";
import { createWaiting } from "./waiting.js";

/** What one session against a host stands on. */
export interface HostSessionOptions {
  readonly plan: HostPlan;
  readonly hub: ProbeHub;
  readonly recorder: Recorder;
  /** For each thing that must come. */
  readonly deadlineMs: number;
  /** For the start of the probe's process. */
  readonly startMs: number;
  readonly limits: { readonly graceMs: number; readonly runTimeoutMs: number };
  /** Tells the adapter to start the run; `command` is the probe's. */
  start(command: readonly string[]): void;
  /** Tells the adapter to cancel it. */
  cancel(): void;
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

const keyOf = (id: Id): string => `${typeof id}:${id}`;
const MAX_GRACES = 4;
/** What the probe forwarded last comes after `ended`, if at all, within so long. */
const LAST_WORDS_MS = 2_000;
const HELLO_RACE_MS = 100;

/** Carries out one plan. The transcript is complete, and nothing of the session is left running, when it resolves. */
export function runHostSession(options: HostSessionOptions): HostSession {
  const { plan, recorder, deadlineMs, limits } = options;
  const waiting = createWaiting();
  const inbox = createHostInbox(recorder);
  const files = createHostFiles(inbox.answers);
  const seenFiles: SeenFile[] = [];
  const memory: Record<string, { now: number; peak: number }> = {};
  const missing: Id[] = [];
  const unmet: string[] = [];
  const facts: Fact[] = [];
  const told: Told[] = [];
  const times: Record<string, number> = {};
  const grandchildren: { setsid: boolean; pid: number }[] = [];
  const sent = new Map<string, number>();
  const awaited = new Map<string, number>();
  const done = new Map<number, Extract<ProbeReport, { e: "done" }>>();
  let report: RunReport | undefined;
  let probePid: number | undefined;
  let probeGone = false;
  let abandoned = false;
  let cancelled = false;
  let refusalsAwaited = 0;
  let barriers = 0;
  let commands = 0;
  let lastWrite = 0;
  let exchanges = 0;

  const mark = (name: string): void => {
    times[name] ??= recorder.elapsed();
  };
  const note = (text: string): number => recorder.record("note", "process", text);

  const link = options.hub.expect({
    hello(pid) {
      probePid = pid;
      mark("hello");
      note(`the host started the probe, process ${pid}`);
      waiting.notify();
    },
    input(bytes) {
      const before = inbox.notifications.length;
      inbox.push(bytes);
      if (inbox.notifications.slice(before).some((frame) => frame.value["method"] === "session.close"))
        mark("close");
      waiting.notify();
    },
    report(event) {
      if (event.e === "eof" || event.e === "term") {
        mark(event.e);
        note(event.e === "eof" ? "the host ended stdin" : "SIGTERM came");
      } else if (event.e === "done") {
        done.set(event.n, event);
        if (event.error !== undefined) note(`the probe: ${event.error}`);
      }
      waiting.notify();
    },
    gone() {
      probeGone = true;
      mark("exit");
      note("the probe is gone");
      waiting.notify();
    },
  });

  const tell = (action: ProbeAction, body?: Uint8Array): number => {
    const n = ++commands;
    link.send({ ...action, n }, body);
    return n;
  };

  const write = (parts: readonly Part[], stream: "stdout" | "stderr", cuts: readonly number[]): void => {
    const encoded = encodeParts(parts);
    for (const { text, writes } of encoded.shown(cuts))
      recorder.record("to-subject", stream === "stdout" ? "wire" : "stderr", text, writes);
    for (const { id, method } of encoded.requests) {
      sent.set(keyOf(id), (sent.get(keyOf(id)) ?? 0) + 1);
      inbox.expect(id, method);
      exchanges++;
    }
    const fd = stream === "stdout" ? 1 : 2;
    lastWrite = tell({ do: "write", fd, segments: encoded.segments, cuts }, encoded.body);
  };

  const request = (id: Id, method: string, params: unknown): void =>
    write([{ frame: { jsonrpc: "2.0", id, method, params } }], "stdout", []);

  /** After the first thing that did not come nothing later can be trusted to: the rest of the plan is left out. */
  const must = async (about: () => string, holds: () => boolean, ms = deadlineMs): Promise<boolean> => {
    await waiting.until(() => holds() || report !== undefined || abandoned, ms);
    if (holds()) return true;
    if (abandoned) return false;
    const actual = report === undefined ? `nothing within ${ms} ms` : "nothing before the run ended";
    facts.push({ about: about(), expected: "it comes", actual, at: note(`awaited in vain: ${about()}`) });
    return false;
  };

  /** One answer more for each time that an id is awaited, as far as so many requests with it were sent. */
  const awaitIds = async (ids: readonly Id[]): Promise<boolean> => {
    const wanted = ids.map((id) => {
      const count = (awaited.get(keyOf(id)) ?? 0) + 1;
      awaited.set(keyOf(id), count);
      return { id, count: Math.min(count, Math.max(1, sent.get(keyOf(id)) ?? 0)) };
    });
    const lacking = (): Id[] =>
      wanted.filter(({ id, count }) => inbox.answers(id).length < count).map(({ id }) => id);
    const names = (): string =>
      lacking()
        .map((id) => JSON.stringify(id))
        .join(", ");
    const held = await must(
      () => `a response to ${names()}`,
      () => lacking().length === 0,
    );
    if (!held && !abandoned) missing.push(...lacking());
    return held;
  };

  const awaitNamed = async (about: string, holds: () => boolean, ms = deadlineMs): Promise<boolean> => {
    const held = await must(() => about, holds, ms);
    if (!held && !abandoned) unmet.push(about);
    return held;
  };

  const finish = async (code: number): Promise<boolean> => {
    tell({ do: "exit", code });
    return true;
  };

  const carryOut = async (step: HostStep): Promise<boolean> => {
    switch (step.do) {
      case "open":
        request("open", "session.open", {
          protocol: step.protocol ?? 1,
          runtime: { name: "sandpipe-probe", version: "1" },
          features: [],
        });
        return step.pipelined === true || awaitIds(["open"]);
      case "write":
        write(step.parts, step.stream ?? "stdout", step.cuts ?? []);
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
        request(id, "conformance.echo", { barrier: barriers });
        return awaitIds([id]);
      }
      case "written":
        return awaitNamed("the end of what the probe writes", () => lastWrite === 0 || done.has(lastWrite));
      case "call-from":
      case "pages":
        return followUp(step, { answers: inbox.answers, request, awaitIds });
      case "file": {
        const seen = files.act(step.file);
        note(`a file: ${JSON.stringify(step.file)} ${seen.failed ?? "done"}`);
        seenFiles.push(seen);
        return true;
      }
      case "memory": {
        const taken = probePid === undefined ? undefined : parentMemory(probePid);
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
        tell({ do: step.do });
        return true;
      case "close":
        note(`the probe closes descriptor ${step.fd}`);
        tell({ do: "close", fd: step.fd });
        return true;
      case "spawn": {
        const n = tell({ do: "spawn", setsid: step.setsid });
        const held = await awaitNamed("a process started by the probe", () => done.has(n));
        const pid = done.get(n)?.value;
        if (typeof pid === "number") grandchildren.push({ setsid: step.setsid, pid });
        return held;
      }
      case "tell": {
        const n = tell({ do: "tell", what: step.what });
        const held = await awaitNamed(`the probe's ${step.what}`, () => done.has(n));
        if (done.get(n)?.value !== undefined) told.push(withoutInherited(done.get(n)?.value as Told));
        return held;
      }
      case "cancel-run":
        cancelled = true;
        mark("cancel");
        recorder.record("to-subject", "control", "cancel");
        options.cancel();
        return true;
      case "await-eof":
        return awaitNamed("the end of stdin", () => times["eof"] !== undefined || probeGone);
      case "await-close":
        return awaitNamed("the notification session.close", () => times["close"] !== undefined);
      case "on-term":
        tell({ do: "on-term", then: step.then });
        return true;
      case "linger":
        return true;
      case "exit":
        note(`the probe exits with ${step.code}`);
        return finish(step.code);
      case "signal":
        note(`the probe kills itself by ${step.name}`);
        tell({ do: "signal", name: step.name });
        return true;
      case "end":
        request("end", "session.result", { ok: true, value: step.value ?? null });
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
    const beforeMs = deadlineMs + MAX_GRACES * limits.graceMs;
    await waiting.until(isEnded, lingers && !cancelled ? beforeMs + limits.runTimeoutMs : beforeMs);
    if (isEnded()) return false;
    if (!going) return true;
    unmet.push("ended");
    facts.push({
      about: "the end of the run",
      expected: `ended within ${beforeMs} ms`,
      actual: "no ended",
      at: note("awaited in vain: ended"),
    });
    options.cancel();
    await waiting.until(isEnded, beforeMs);
    const hung = report === undefined && !abandoned;
    report = undefined;
    return hung;
  };

  const cleanUp = async (): ReturnType<typeof clearLeftovers> => {
    // A host that never ended the run is not asked what it left behind.
    if (report === undefined) link.close();
    const scratch = files.scratch();
    const left = await clearLeftovers({
      probe: probePid,
      grandchildren,
      scratchIsGone: scratch === undefined ? undefined : () => isGone(scratch),
      ended: report !== undefined,
    });
    link.close();
    return left;
  };

  const execute = async (): Promise<HostSessionOutcome> => {
    options.start(plan.run?.command ?? link.command);
    const steps =
      isLast(plan.steps.at(-1)) || plan.run?.command ? plan.steps : [...plan.steps, { do: "end" } as const];
    let going = true;
    if (plan.run?.command === undefined)
      going = await awaitNamed("the probe's start", () => probePid !== undefined, options.startMs);
    for (const step of steps) {
      if (!going || abandoned) break;
      going = await carryOut(step);
    }
    if (!going && !isEnded()) {
      // A session that is over for the kit ends as fast as it can: the probe exits when its socket closes.
      link.close();
      options.cancel();
    }
    const hung = await awaitEnded(going, going && steps.at(-1)?.do === "linger");
    inbox.end();
    const left = await cleanUp();
    facts.push(...inbox.faults);
    const seen: HostSeen = {
      frames: inbox.frames,
      answers: inbox.answers,
      refusals: inbox.refusals,
      notifications: inbox.notifications,
      stray: inbox.stray(),
      missing,
      unmet,
      report,
      output: Buffer.from(report?.output ?? "", "base64"),
      stderr: Buffer.from(report?.stderr ?? "", "base64"),
      told,
      ...left,
      files: seenFiles,
      memory,
      times,
    };
    return { seen, facts, exchanges, hung };
  };

  return {
    outcome: execute().finally(() => link.close()),
    ended(value) {
      mark("ended");
      recorder.record("from-subject", "control", `ended: ${value.outcome}`);
      // What the probe forwarded before its end comes on another channel than `ended`, and may be read after it.
      const heard = (): boolean => probeGone || plan.run?.command !== undefined;
      void waiting.until(heard, probePid === undefined ? HELLO_RACE_MS : LAST_WORDS_MS).then(() => {
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
