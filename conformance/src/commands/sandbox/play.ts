import type { Step } from "@sandpipe/spec/control";
import { offsetsOf } from "../../arbitraries/cuts.js";
import { call, give, printSteps, type PrintCase } from "../../checks/sandbox/steps.js";
import type { Part } from "../../target/host-plan.js";
import type { Answer, SandboxStep } from "../../target/sandbox-plan.js";
import type { Subject } from "../../target/target.js";
import type { AnswerCase, NoiseCase, SandboxCommand, SandboxSessionCase } from "./command.js";

/** What the model makes of a session: the plan, and all that must come of it. */
export interface PlayedSandboxSession {
  readonly steps: readonly SandboxStep[];
  /** Calls in the order in which they were settled. */
  readonly settled: readonly SettledCall[];
  /** Calls that the script made, in its order. */
  readonly calls: readonly { readonly n: number; readonly value: unknown }[];
  readonly cancelled: readonly number[];
  readonly stdout: readonly PrintCase[];
  readonly stderr: readonly PrintCase[];
}

/** A call that has its end. */
export interface SettledCall {
  readonly n: number;
  readonly by: AnswerCase | { readonly how: "cancel" };
  /** Rows of what the host's stream held since the call before was settled, the latest first. */
  readonly behind: readonly string[];
  /** It was answered more than once. */
  again: boolean;
}

/** The call by which a session shows that it is open. */
const FIRST = 1;
const END = 900_001;

/** Carries the commands out on the model alone. Pure. */
export function playSandbox(given: SandboxSessionCase, subject: Subject): PlayedSandboxSession {
  const steps: SandboxStep[] = [
    give(call(FIRST)),
    { do: "answer", answers: [{ of: FIRST, result: "open" }] },
    { do: "await-done", of: [FIRST] },
  ];
  const settled: SettledCall[] = [];
  const calls: { n: number; value: unknown }[] = [];
  const cancelled: number[] = [];
  const stdout: PrintCase[] = [];
  const stderr: PrintCase[] = [];
  const pending: number[] = [];
  const awaited: number[] = [];
  let scripted: Step[] = [];
  let answers: Answer[] = [];
  let behind: string[] = [];
  let over = false;
  let n = FIRST;

  const flush = (): void => {
    if (scripted.length > 0) steps.push(give(...scripted));
    scripted = [];
    if (answers.length === 0) return;
    const cuts = given.where === null ? [] : offsetsOf(given.where, answers.map(partLike));
    steps.push({ do: "answer", answers, cuts });
    answers = [];
  };
  /** The script's steps and the host's answers come in the order of the commands. */
  const script = (...more: readonly Step[]): void => {
    if (over || more.length === 0) return;
    if (answers.length > 0) flush();
    scripted.push(...more);
    awaited.push(...more.filter((step) => step.do !== "call" && step.do !== "cancel").map((step) => step.n));
  };
  const host = (...more: readonly Answer[]): void => {
    if (scripted.length > 0) flush();
    answers.push(...more);
  };
  const settle = (): void => {
    flush();
    if (!over && awaited.length > 0) steps.push({ do: "await-done", of: awaited.splice(0) });
  };
  const settleCall = (of: number, by: SettledCall["by"]): void => {
    pending.splice(pending.indexOf(of), 1);
    settled.push({ n: of, by, behind: [...behind], again: by.how === "twice" });
    behind = [];
    awaited.push(of);
  };

  const carryOut = (command: SandboxCommand): void => {
    switch (command.do) {
      case "call": {
        if (over) return;
        calls.push({ n: ++n, value: command.value });
        pending.push(n);
        return script(call(n, command.value));
      }
      case "cancel": {
        const of = pending[command.of % Math.max(1, pending.length)];
        if (over || of === undefined) return;
        // One that hasn't left yet may never leave.
        flush();
        steps.push({ do: "await-calls", of: [of] });
        steps.push(give({ n: ++n, do: "cancel", of }), { do: "await-cancels", of: [of] });
        cancelled.push(of);
        settleCall(of, { how: "cancel" });
        return settle();
      }
      case "print": {
        if (over) return;
        const made = printSteps([command.print], subject, command.stream, n + 1);
        if (made.length === 0) return;
        n++;
        (command.stream === "stdout" ? stdout : stderr).push(command.print);
        return script(...made);
      }
      case "emit":
        if (over || !subject.features.includes("emit")) return;
        return script({ n: ++n, do: "emit", name: "e", data: { "application/json": command.value } });
      case "progress":
        if (over || !subject.features.includes("progress")) return;
        return script({ n: ++n, do: "progress", fraction: command.fraction });
      case "answer": {
        const of = pending[command.of % Math.max(1, pending.length)];
        if (of === undefined || over) return;
        host(...answersTo(of, command.answer));
        return settleCall(of, command.answer);
      }
      case "late": {
        const one = settled[command.of % Math.max(1, settled.length)];
        if (one === undefined) return;
        one.again = true;
        behind.unshift(one.by.how === "cancel" ? "cancel:signal:sent" : "call:correlate:settles-once");
        return host(...answersTo(one.n, command.answer));
      }
      case "noise":
        behind.unshift(ROW_OF_NOISE[command.noise.kind]);
        return host({ part: noisePart(command.noise) });
      case "await":
        return settle();
    }
  };
  const take = (commands: readonly SandboxCommand[]): void => {
    for (const command of commands) if (given.kinds.includes(command.do)) carryOut(command);
  };

  take(given.commands);
  while (!given.pending && pending.length > 0)
    carryOut({ do: "answer", of: 0, answer: { how: "result", value: null } });
  settle();
  const { end } = given;
  steps.push({ do: "hold-result" });
  steps.push(
    give(
      "value" in end
        ? { n: END, do: "result", value: end.value }
        : { n: END, do: "throw", message: end.message },
    ),
  );
  steps.push({ do: "await-result" });
  over = true;
  take(given.late);
  flush();
  steps.push({ do: "acknowledge" }, { do: "await-exit" });
  return { steps, settled, calls, cancelled, stdout, stderr };
}

const ROW_OF_NOISE: Readonly<Record<NoiseCase["kind"], string>> = {
  stray: "frame:receive:stray-bytes",
  malformed: "frame:receive:malformed-ignored",
  "unknown-id": "call:correlate:unknown-ignored",
  request: "call:request:from-host-ignored",
  notification: "session:notification:unknown-ignored",
  refusal: "call:correlate:unknown-ignored",
};

function noisePart(noise: NoiseCase): Part {
  switch (noise.kind) {
    case "stray":
      return { text: noise.text };
    case "malformed":
      return { record: noise.text };
    case "unknown-id":
      return { record: '{"jsonrpc":"2.0","id":"nobody\'s","result":"nobody\'s"}' };
    case "request":
      return { record: '{"jsonrpc":"2.0","id":"host","method":"ping","params":{}}' };
    case "notification":
      return { frame: { jsonrpc: "2.0", method: "x.unknown", params: {} } };
    case "refusal":
      return { frame: { jsonrpc: "2.0", id: null, error: { code: -32_700, message: "a refusal" } } };
  }
}

function answersTo(of: number, answer: AnswerCase): Answer[] {
  switch (answer.how) {
    case "result":
      return [{ of, result: answer.value }];
    case "twice":
      return [
        { of, result: answer.value },
        { of, result: "the second answer" },
      ];
    case "error":
      return [{ of, error: answer.error }];
    case "neither":
      return [{ of, members: {} }];
    case "both":
      return [{ of, members: { result: 1, error: { code: 2_000, message: "both" } } }];
  }
}

/** Something of about the size of an answer, whose id only the sandbox knows. */
function partLike(answer: Answer): Part {
  if ("part" in answer) return answer.part;
  if ("raw" in answer) return { text: answer.raw };
  const { of, ...members } = "members" in answer ? { of: answer.of, ...answer.members } : answer;
  return { record: JSON.stringify({ jsonrpc: "2.0", id: of, ...members }) };
}
