import type { Failure } from "../report/report.js";
import type { JudgedRole } from "../target/target.js";
import { encodeCase } from "./case-codec.js";
import type { CaseOutcome } from "./judge-case.js";

/** A failing session as a report holds it. */
export function failureOf(
  outcome: CaseOutcome,
  given: unknown,
  role: JudgedRole,
  about: Pick<Failure, "minimal" | "failed" | "of" | "token">,
): Failure {
  return {
    kind: outcome.kind,
    blame: blameOf(outcome, role),
    facts: outcome.facts.map((fact) => ({
      ...fact,
      expected: encodeCase(fact.expected),
      actual: encodeCase(fact.actual),
    })),
    transcript: outcome.session.transcript.events,
    stderr: outcome.session.stderr,
    given: encodeCase(given),
    ...about,
  };
}

function blameOf(outcome: CaseOutcome, role: JudgedRole): Failure["blame"] {
  if (outcome.kind === "adapter") return "adapter";
  if (role === "both") return "host-or-sandbox";
  if (outcome.kind === "violation" || role === "sandbox") return "implementation";
  return "adapter-or-implementation";
}
