import type { Fact } from "../../checks/fact.js";
import {
  errorFact,
  failedFact,
  firstResult,
  inOrderFact,
  known,
  noResponseFact,
  noViolationFact,
  outputFact,
  resultFact,
} from "../../checks/sandbox/facts.js";
import { printed } from "../../checks/sandbox/steps.js";
import type { SandboxPlan } from "../../target/sandbox-plan.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import type { Subject } from "../../target/target.js";
import { sameValue } from "../../wire/equal.js";
import type { AnyWholeSession, ChargedFact, WholeSession } from "../whole-session.js";
import { sandboxSession, type SandboxSessionCase } from "./command.js";
import { playSandbox, type PlayedSandboxSession, type SettledCall } from "./play.js";

const ROWS: readonly string[] = [
  ...["frame:receive:any-boundary", "frame:receive:stray-bytes", "frame:receive:malformed-ignored"],
  ...["frame:emit:well-formed", "output:print:frames-intact"],
  ...["call:correlate:own-answer", "call:correlate:settles-once", "call:correlate:unknown-ignored"],
  ...["call:id:never-reused", "call:result:null-is-success", "call:result:neither-or-both"],
  ...["call:error:passes-through", "call:concurrent:many", "call:request:from-host-ignored"],
  ...["session:notification:unknown-ignored", "cancel:signal:sent"],
  ...["output:print:whole", "output:print:stderr-apart"],
  ...["result:value:handed-over", "result:throw:reported", "result:once"],
  ...["result:exit:after-acknowledgement", "result:exit:code"],
];

const sessions: WholeSession<SandboxSessionCase, SandboxPlan, SandboxSeen> = {
  role: "sandbox",
  given: sandboxSession,
  rows: ROWS,
  runs: 24,
  when: (given, subject) => ({ limits: { maxInFlight: 64 }, steps: playSandbox(given, subject).steps }),
  then(seen, given, subject) {
    const played = playSandbox(given, subject);
    const frames = [
      ...sent(seen, played),
      { ...noResponseFact(seen), row: "call:request:from-host-ignored" },
    ];
    if (seen.unmet.length > 0) return [...frames, ...cutShort(seen, played)];
    return [
      ...frames,
      ...played.settled.map((call) => settledFact(seen, call)),
      ...cancels(seen, played),
      ...prints(seen, played, subject),
      ...ended(seen, given),
    ];
  },
  otherwise: ({ about, expected }) =>
    expected === "as its schema says" ? "frame:emit:well-formed" : rowOfUnmet(about),
};

/** Whole sessions against sandboxes. */
export const sandboxSessions = sessions as AnyWholeSession<SandboxPlan, SandboxSeen>;

/** What never came says by itself whose turn it was. */
function rowOfUnmet(about: string): string {
  if (about.startsWith("session.cancel")) return "cancel:signal:sent";
  if (about.startsWith("session.result")) return "result:once";
  if (about.endsWith("exit")) return "result:exit:code";
  return "call:concurrent:many";
}

/** The calls as they were sent: each with its params and an id of its own. */
function sent(seen: SandboxSeen, { calls }: PlayedSandboxSession): readonly ChargedFact[] {
  const ids = seen.frames.filter(({ value }) => Object.hasOwn(value, "method") && Object.hasOwn(value, "id"));
  const keys = ids.map(({ value }) => JSON.stringify(value["id"]));
  const again = keys.filter((key, index) => keys.indexOf(key) < index);
  const arrived = calls.flatMap(({ n, value }): ChargedFact[] => {
    const frame = seen.call(n);
    if (frame === undefined) return [];
    const expected = { step: n, value };
    const about = `the params of step ${n}'s call`;
    return [{ about, expected, actual: frame.value["params"], at: frame.at, row: "frame:emit:well-formed" }];
  });
  return [
    ...arrived,
    { about: "ids that were used again", expected: [], actual: again, row: "call:id:never-reused" },
  ];
}

/** Of a session that ends where something never came: what came, and the first call that has no end. */
function cutShort(seen: SandboxSeen, { settled }: PlayedSandboxSession): readonly ChargedFact[] {
  const waits = seen.unmet.some((about) => about.startsWith("the end of steps"));
  const first = waits ? settled.find(({ n }) => seen.done(n).length === 0) : undefined;
  return settled
    .filter((call) => seen.done(call.n).length > 0 || call === first)
    .map((call) => settledFact(seen, call));
}

/** What the script got of a call, charged by what came before its answer. */
function settledFact(seen: SandboxSeen, call: SettledCall): ChargedFact {
  const { n, by } = call;
  const fact = factOf(seen, call);
  const reports = seen.done(n).length;
  if (reports === 0) return { ...fact, row: call.behind[0] ?? rowOf(by) };
  if (reports > 1 || (call.again && !sameValue(fact.expected, fact.actual)))
    return { ...fact, row: "call:correlate:settles-once" };
  return { ...fact, row: rowOf(by) };
}

function factOf(seen: SandboxSeen, { n, by }: SettledCall): Fact {
  switch (by.how) {
    case "result":
    case "twice":
      return resultFact(seen, n, by.value);
    case "error":
      return errorFact(seen, n, { code: by.error.code, message: by.error.message, data: by.error.data });
    case "neither":
    case "both":
    case "cancel":
      return failedFact(seen, n);
  }
}

function rowOf(by: SettledCall["by"]): string {
  switch (by.how) {
    case "result":
      return by.value === null ? "call:result:null-is-success" : "call:correlate:own-answer";
    case "twice":
      return "call:correlate:settles-once";
    case "error":
      return "call:error:passes-through";
    case "cancel":
      return "cancel:signal:sent";
    case "neither":
    case "both":
      return "call:result:neither-or-both";
  }
}

function cancels(seen: SandboxSeen, { cancelled }: PlayedSandboxSession): readonly ChargedFact[] {
  const named = seen
    .named("session.cancel")
    .map(({ value }) => (Object(value["params"]) as { id?: unknown }).id);
  const expected = cancelled.map((n) => seen.call(n)?.value["id"]);
  return [{ about: "the ids that session.cancel names", expected, actual: named, row: "cancel:signal:sent" }];
}

function prints(
  seen: SandboxSeen,
  { stdout, stderr }: PlayedSandboxSession,
  subject: Subject,
): readonly ChargedFact[] {
  const pieces = stderr.map((print) => printed([print], subject, "stderr"));
  return [
    { ...noViolationFact(seen), row: "output:print:frames-intact" },
    { ...outputFact(seen, printed(stdout, subject, "stdout")), row: "output:print:whole" },
    { ...inOrderFact("the prints on stderr", seen.stderr, pieces), row: "output:print:stderr-apart" },
  ];
}

function ended(seen: SandboxSeen, { end }: SandboxSessionCase): readonly ChargedFact[] {
  const { acknowledged = 0, exit = Infinity } = seen.times;
  const when = exit >= acknowledged ? "after the acknowledgement" : "before the acknowledgement";
  const [first] = seen.results;
  const handed: ChargedFact =
    "value" in end
      ? {
          about: "the result",
          expected: { ok: true, value: end.value },
          actual: firstResult(seen),
          row: "result:value:handed-over",
        }
      : {
          about: "the script's error",
          expected: { ok: false, error: { message: end.message } },
          actual: {
            ok: first?.ok,
            error: known((first as { error?: unknown } | undefined)?.error, ["message"]),
          },
          row: "result:throw:reported",
        };
  return [
    handed,
    { about: "results", expected: 1, actual: seen.results.length, row: "result:once" },
    {
      about: "it exited",
      expected: "after the acknowledgement",
      actual: when,
      row: "result:exit:after-acknowledgement",
    },
    ...("value" in end
      ? [
          {
            about: "the exit",
            expected: { code: 0, signal: null },
            actual: seen.exit ?? "none",
            row: "result:exit:code",
          },
        ]
      : []),
  ];
}
