import type { AnyCheck, Fact } from "../checks/check.js";
import { KitFault, type RunOptions, type Session, type SessionFault, type Target } from "../target/target.js";
import { sameValue } from "../wire/equal.js";

/** What one session of a check came to. */
export interface CaseOutcome {
  /** `undecided` when the adapter broke its protocol: nothing is known of the implementation then. */
  readonly status: "pass" | "fail" | "undecided";
  readonly kind: "violation" | "crash" | "hang" | "adapter";
  /** The facts that don't hold. */
  readonly facts: readonly Fact[];
  /** How often the check's situation was met. */
  readonly reached: number;
  readonly session: Session<unknown>;
}

/** Puts one case to the subject and judges what was seen. Throws `KitFault` when the check itself is wrong. */
export async function judgeCase<Plan, Seen>(
  check: AnyCheck<Plan, Seen>,
  given: unknown,
  target: Target<Plan, Seen>,
  signal: AbortSignal,
  options: RunOptions = {},
): Promise<CaseOutcome> {
  const { subject } = target;
  const session = await target.run(
    guard(check, "when", () => check.when(given, subject)),
    signal,
    options,
  );
  const { fault, seen } = session;
  if (fault?.kind === "adapter") {
    return { status: "undecided", kind: "adapter", facts: [faultFact(session)], reached: 0, session };
  }
  if (fault || seen === undefined) {
    const kind = fault?.kind ?? "crash";
    return { status: "fail", kind, facts: [faultFact(session), ...session.facts], reached: 0, session };
  }
  const judged = judgeSeen(check, seen, given, target, session.facts.length > 0);
  const facts = [...session.facts, ...judged.facts];
  const status = facts.length > 0 ? "fail" : "pass";
  return { status, kind: "violation", facts, reached: judged.reached, session };
}

function judgeSeen<Plan, Seen>(
  check: AnyCheck<Plan, Seen>,
  seen: Seen,
  given: unknown,
  target: Target<Plan, Seen>,
  broken: boolean,
): { facts: readonly Fact[]; reached: number } {
  try {
    const facts = check.then(seen, given, target.subject);
    return {
      facts: facts.filter((fact) => !sameValue(fact.expected, fact.actual)),
      // Where nothing could be judged the situation was not met, whatever happened.
      reached: facts.length === 0 ? 0 : check.reach.count(seen, given),
    };
  } catch (error) {
    // A session that lacks what it awaited has failed already; a check need not be ready for it.
    if (broken) return { facts: [], reached: 0 };
    throw new KitFault(`the check ${check.id} can't judge its session: ${String(error)}`, { cause: error });
  }
}

function guard<T>(check: { readonly id: string }, part: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new KitFault(`the check ${check.id} fails in its "${part}": ${String(error)}`, { cause: error });
  }
}

const EXPECTED: Readonly<Record<SessionFault["kind"], string>> = {
  adapter: "it keeps to the control protocol",
  crash: "it goes on working",
  hang: "every run is ended",
};

function faultFact(session: Session<unknown>): Fact {
  const { fault } = session;
  const expected = EXPECTED[fault?.kind ?? "crash"];
  return { about: "the adapter", expected, actual: fault?.message ?? "nothing was seen of the session" };
}
