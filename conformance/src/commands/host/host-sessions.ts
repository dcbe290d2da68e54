import { located, shown, strangersFact, violationsFact } from "../../checks/host/facts.js";
import { LONG_GRACE_MS } from "../../checks/host/steps.js";
import type { HostPlan } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import type { AnyWholeSession, ChargedFact, WholeSession } from "../whole-session.js";
import { hostSession, MAX_IN_FLIGHT, type HostSessionCase } from "./command.js";
import { answerFact, refusalFacts, streamFact, type ExpectedAnswer } from "./expected.js";
import { playHost, type PlayedHostSession } from "./play.js";
import { HOST_SESSION_ROWS } from "./rows.js";

const EXACTLY_ONE = "call:response:exactly-one";

const sessions: WholeSession<HostSessionCase, HostPlan, HostSeen> = {
  role: "host",
  given: hostSession,
  rows: HOST_SESSION_ROWS,
  runs: 24,
  when: (given, subject) => ({
    run: { limits: { maxInFlight: MAX_IN_FLIGHT, graceMs: LONG_GRACE_MS } },
    steps: playHost(given, subject).steps,
  }),
  then(seen, given, subject) {
    const played = playHost(given, subject);
    if (seen.missing.length > 0 || seen.unmet.length > 0) return cutShort(seen, played);
    return [
      ...played.answers.map((expected) => answerFact(seen, expected)),
      ...doubled(seen, played.answers),
      ...refusalFacts(seen, played.refusals, played.silent[0] ?? EXACTLY_ONE),
      ...reported(seen, given, played),
    ];
  },
  otherwise: ({ expected }) => (expected === "as its schema says" ? "frame:send:well-formed" : EXACTLY_ONE),
};

/** Whole sessions against hosts. */
export const hostSessions = sessions as AnyWholeSession<HostPlan, HostSeen>;

/** Of a session that ends where something never came, what was awaited, and what came. */
function cutShort(seen: HostSeen, { answers, refusals, silent }: PlayedHostSession): readonly ChargedFact[] {
  const awaited = seen.unmet.map((about) => Number(/^(\d+) error responses/.exec(about)?.[1] ?? 0));
  const refused = refusalFacts(seen, refusals.slice(0, Math.max(0, ...awaited)), silent[0] ?? EXACTLY_ONE);
  const known = answers.filter(({ id, use }) => {
    const came = seen.answers(id);
    return came.length > use || (came.length === use && seen.missing.some((missing) => missing === id));
  });
  return [...(awaited.length > 0 ? refused : []), ...known.map((expected) => answerFact(seen, expected))];
}

/** No id has more responses than uses, and nobody's has any. */
function doubled(seen: HostSeen, answers: readonly ExpectedAnswer[]): readonly ChargedFact[] {
  const ids = new Map(answers.map(({ id }) => [id, answers.filter((other) => other.id === id)]));
  const facts = [...ids].map(([id, uses]): ChargedFact => {
    const came = seen.answers(id);
    const cancelled = uses.some(({ row }) => row.startsWith("cancel:"));
    const row = cancelled ? "cancel:call:one-response" : EXACTLY_ONE;
    const about = `how many responses ${JSON.stringify(id)} had`;
    return { ...located(about, uses.length, came.length, came.at(-1)?.at), row };
  });
  return [...facts, { ...strangersFact(seen, [...ids.keys()]), row: "call:id:echo-type" }];
}

/** What the host says of the session when it is over. */
function reported(
  seen: HostSeen,
  { result, code }: HostSessionCase,
  { output, stderr, emits, violations }: PlayedHostSession,
): readonly ChargedFact[] {
  const { report } = seen;
  const failed = result.ok ? "result:exit-code:failed" : "result:failed:reported";
  const ok = result.ok && code === 0;
  const about = "the outcome in the report";
  const row =
    emits.find((one, at) => emitsDiffer(one.emit, report?.emits[at]))?.row ?? "session:emit:reported";
  return [
    streamFact("the output in the report", output, seen.output, "output:captured:in-order", shown),
    streamFact("stderr in the report", stderr, seen.stderr, "output:stderr:apart", shown),
    {
      about: "the emits in the report",
      expected: emits.map(({ emit }) => emit),
      actual: report?.emits,
      row,
    },
    { ...violationsFact(seen, violations), row: "frame:violation:listed" },
    {
      about,
      expected: ok ? "ok" : "failed",
      actual: report?.outcome ?? "no report",
      row: ok ? "result:ok:reported" : failed,
    },
    result.ok
      ? {
          about: "the result in the report",
          expected: ok ? result.value : undefined,
          actual: ok ? report?.result : undefined,
          row: "result:ok:reported",
        }
      : {
          about: "the error in the report",
          expected: result.message,
          actual: report?.error?.message,
          row: failed,
        },
  ];
}

function emitsDiffer(expected: unknown, actual: unknown): boolean {
  return JSON.stringify(expected) !== JSON.stringify(actual);
}
