import type { Step } from "@sandpipe/spec/control";
import type { RunReport } from "@sandpipe/spec/v1";
import type { Fact } from "../checks/fact.js";
import { createDecoder, type WireEvent, type WireObject } from "../wire/decode.js";
import { encodeRecord } from "../wire/encode.js";
import type { ProbeAction } from "../probe/messages.js";
import type { BothPlan, BothSeen } from "./both-plan.js";
import { placeOf, RPC_PATH } from "./http-ask.js";
import { openHttpTap, type HttpTap, type HttpTapAsk } from "./http-tap.js";
import type { ProbeHub } from "./probe-hub.js";
import { encodeResponse, requireValidSteps } from "./sandbox-answers.js";
import { createDriverState } from "./sandbox-driver.js";
import { objectIn } from "./sandbox-http.js";
import { spawnSandbox, type SandboxProcess } from "./sandbox-process.js";
import type { Recorder } from "./transcript.js";
import { createWaiting } from "./waiting.js";

/** What one session of a pair stands on. */
export interface BothSessionOptions {
  readonly plan: BothPlan;
  readonly hub: ProbeHub;
  readonly recorder: Recorder;
  /** The sandbox's command line, its script put in. */
  readonly sandbox: readonly string[];
  readonly deadlineMs: number;
  /** Tells the host's adapter to start the run with this command. */
  start(command: readonly string[]): void;
  cancel(): void;
}

/** A session under way. */
export interface BothSession {
  ended(report: RunReport): void;
  abandon(): void;
  readonly outcome: Promise<BothOutcome>;
}

export interface BothOutcome {
  readonly seen: BothSeen;
  readonly facts: readonly Fact[];
  readonly exchanges: number;
  readonly stderr: string;
  readonly driver: ReturnType<typeof createDriverState>["info"];
  /** No `ended` came, not even after a cancel. */
  readonly hung: boolean;
  /** HTTP requests that the sandbox made. */
  readonly posts: number;
}

/** The decoder must see what goes by, not refuse it. */
const DECODE_LIMITS = { maxFrameBytes: 64 * 1_048_576, maxDepth: 100_000 };
const IDLE_POLL_MS = 20;

/**
 * Runs a host and a sandbox as a pair. The host spawns the kit's probe, the kit spawns the sandbox with the very
 * environment that the probe was given, and every byte goes from one to the other through the kit; over HTTP through
 * a proxy, whose address stands in the place of the host's. Only `conformance.next`, by which the driver asks for
 * work, never reaches the host: the kit answers it itself.
 */
export function runBothSession(options: BothSessionOptions): BothSession {
  const { plan, recorder, deadlineMs } = options;
  const waiting = createWaiting();
  const driver = createDriverState();
  const facts: Fact[] = [];
  const errors: Buffer[] = [];
  const early: Uint8Array[] = [];
  const fromSandbox = createDecoder(DECODE_LIMITS);
  const fromHost = createDecoder(DECODE_LIMITS);
  let sandbox: SandboxProcess | undefined;
  let environment: Record<string, string> | undefined;
  let sandboxGone = false;
  let probeGone = false;
  let report: RunReport | undefined;
  let abandoned = false;
  let exchanges = 0;
  let commands = 0;
  let exitCommand: ProbeAction | undefined;
  let tap: HttpTap | undefined;
  let posts = 0;
  /** Carries the answer to the driver's request that is held, the way it came. */
  let answerNext: ((frame: Uint8Array) => void) | undefined;

  const note = (text: string): number => recorder.record("note", "process", text);
  const tell = (action: ProbeAction, body?: Uint8Array): void =>
    link.send({ ...action, n: ++commands }, body);
  const toHost = (bytes: Uint8Array, fd: 1 | 2 = 1): void =>
    tell({ do: "write", fd, segments: [bytes.length], cuts: [] }, bytes);

  /** One frame of the sandbox's; true for the driver's request, which is the kit's to answer. */
  const see = (value: WireObject, text: string, answer: (frame: Uint8Array) => void): boolean => {
    const own = value["method"] === "conformance.next";
    if (own) answerNext = answer;
    const at = own ? -1 : recorder.record("to-subject", "wire", `\u001e${text}\n`);
    if (Object.hasOwn(value, "id")) {
      if (!own) exchanges++;
      driver.request({ value, text, at });
    }
    waiting.notify();
    return own;
  };
  const pass = (events: readonly WireEvent[]): void => {
    for (const event of events) {
      if (event.kind === "output") {
        recorder.record("to-subject", "wire", event.bytes);
        toHost(event.bytes);
      } else if (event.kind === "frame") {
        const own = see(event.value, event.text, (frame) => sandbox?.write(frame, []));
        if (!own) toHost(encodeRecord(event.text));
      }
    }
    waiting.notify();
  };
  const seePost = ({ method, target, body }: HttpTapAsk, reply: (json: string) => void): boolean => {
    posts++;
    const value = method === "POST" && target === RPC_PATH ? objectIn(body) : undefined;
    if (value !== undefined)
      return see(value, body, (frame) => reply(Buffer.from(frame.subarray(1, -1)).toString("utf8")));
    recorder.record("to-subject", "wire", `${method} ${target} ${body}`);
    return false;
  };
  /** Over HTTP the sandbox is told the tap's address in the place of the host's. */
  const tapHttp = async (told: Record<string, string>): Promise<Record<string, string>> => {
    const host = placeOf(told["SANDPIPE_HTTP_URL"] ?? "");
    if (host === undefined) return told;
    tap = await openHttpTap({
      host,
      asked: seePost,
      answered(status, body) {
        const frame = status === 200 && objectIn(body) !== undefined;
        recorder.record("from-subject", "wire", frame ? `\u001e${body}\n` : `HTTP ${status} ${body}`.trimEnd());
      },
      failed: (why) => void note(`HTTP: ${why}`),
    });
    return { ...told, SANDPIPE_HTTP_URL: tap.url };
  };
  const link = options.hub.expect({
    hello(pid) {
      note(`the host started the probe, process ${pid}`);
      // Whether the group ends in time is the host's own check: here the sandbox is told, and its end ends the probe.
      tell({ do: "on-term", then: "ignore" });
      tell({ do: "tell", what: "environment" });
    },
    input(bytes) {
      for (const event of fromHost.push(bytes)) {
        if (event.kind === "frame") recorder.record("from-subject", "wire", `\u001e${event.text}\n`);
        else if (event.kind === "output") recorder.record("from-subject", "wire", event.bytes);
      }
      if (sandbox === undefined) early.push(bytes);
      else sandbox.write(bytes, []);
    },
    report(event) {
      if (event.e === "eof") sandbox?.endStdin();
      if (event.e === "term") sandbox?.signal("SIGTERM");
      const told =
        event.e === "done" ? (Object(event.value) as { environment?: Record<string, string> }) : {};
      environment ??= told.environment;
      waiting.notify();
    },
    gone() {
      probeGone = true;
      void sandbox?.end();
      waiting.notify();
    },
  });

  const must = async (about: string, holds: () => boolean, ms = deadlineMs): Promise<boolean> => {
    await waiting.until(() => holds() || report !== undefined || abandoned || probeGone, ms);
    if (holds()) return true;
    if (!abandoned)
      facts.push({ about, expected: "it comes", actual: "nothing", at: note(`awaited in vain: ${about}`) });
    return false;
  };
  const give = (steps: readonly Step[]): void => {
    const next = driver.takeNext();
    if (next === undefined) return;
    requireValidSteps(steps);
    driver.give(steps);
    if (steps.length > 0)
      note(`the kit gives the driver steps ${steps.map(({ n, do: what }) => `${n} ${what}`).join(", ")}`);
    answerNext?.(encodeResponse(next.value["id"], { result: { steps } }, 1));
  };
  const startSandbox = async (): Promise<void> => {
    sandbox = await spawnSandbox({
      command: options.sandbox,
      environment: await tapHttp(environment ?? {}),
      closedStdin: false,
      pipes: undefined,
      stdout: (bytes) => pass(fromSandbox.push(bytes)),
      stderr(bytes) {
        errors.push(Buffer.from(bytes));
        toHost(bytes, 2);
      },
      taken: waiting.notify,
      exited({ code, signal }) {
        note(`the sandbox exits with ${signal ?? code}`);
        const name = signal === "SIGTERM" || signal === "SIGSEGV" ? signal : "SIGKILL";
        exitCommand = signal === null ? { do: "exit", code: code ?? 1 } : { do: "signal", name };
      },
      closed(error) {
        sandboxGone = true;
        if (error !== undefined) note(`the sandbox can't be started: ${error.message}`);
        pass(fromSandbox.end());
        tell(exitCommand ?? { do: "exit", code: 127 });
        waiting.notify();
      },
    });
    for (const bytes of early.splice(0)) sandbox.write(bytes, []);
  };
  const play = async (): Promise<boolean> => {
    if (!(await must("the environment of the host's process", () => environment !== undefined))) return false;
    await startSandbox();
    if (!(await must("the driver's first request", () => driver.asked || sandboxGone))) return false;
    const of = plan.steps.map(({ n }) => n);
    const ended = (): boolean => of.every((n) => driver.done(n).length > 0);
    give(plan.steps);
    const until = performance.now() + deadlineMs;
    while (!ended() && !sandboxGone && !abandoned && performance.now() < until) {
      await waiting.until(
        () => ended() || driver.asked || sandboxGone || abandoned,
        Math.max(0, until - performance.now()),
      );
      if (ended() || !driver.asked) continue;
      await waiting.until(() => sandboxGone || abandoned, IDLE_POLL_MS);
      give([]);
    }
    const missing = of.filter((n) => driver.done(n).length === 0);
    if (!(await must(`the end of steps ${missing.join(", ")}`, ended, 0))) return false;
    if (!(await must("the driver's next request", () => driver.asked))) return false;
    give([plan.ending]);
    return true;
  };
  const execute = async (): Promise<BothOutcome> => {
    options.start(link.command);
    const isEnded = (): boolean => report !== undefined || abandoned;
    const going = await play();
    if (going) await waiting.until(isEnded, 2 * deadlineMs);
    if (going && !isEnded())
      facts.push({
        about: "the end of the run",
        expected: "ended",
        actual: "no ended",
        at: note("awaited in vain: ended"),
      });
    let hung = false;
    if (!isEnded()) {
      options.cancel();
      await sandbox?.end();
      await waiting.until(isEnded, deadlineMs);
      hung = !isEnded();
    }
    return {
      seen: { done: driver.done, report, output: Buffer.from(report?.output ?? "", "base64") },
      ...{ facts, exchanges, hung, posts },
      stderr: Buffer.concat(errors).toString("utf8"),
      driver: driver.info,
    };
  };

  return {
    outcome: execute().finally(async () => {
      await sandbox?.end();
      await tap?.close();
      link.close();
    }),
    ended(value) {
      recorder.record("from-subject", "control", `ended: ${value.outcome}`);
      report ??= value;
      waiting.notify();
    },
    abandon() {
      abandoned = true;
      waiting.end();
    },
  };
}
