import type { Row } from "@sandpipe/spec/requirement";
import type { CheckResult, RunEnd } from "../report/report.js";

/** What else a verdict depends on than its checks. */
export interface VerdictGrounds {
  readonly profile: Row["profile"];
  readonly complaints: readonly string[];
  readonly staleExpectations: readonly string[];
  readonly interrupted: boolean;
}

/** What a whole run comes to, and its exit code. A failure that was expected, with a reason, doesn't count. */
export function verdictOf(
  checks: readonly CheckResult[],
  { profile, complaints, staleExpectations, interrupted }: VerdictGrounds,
): Pick<RunEnd, "verdict" | "exitCode"> {
  const scored = checks.filter(
    ({ level, expected }) =>
      (level === "MUST" || (level === "SHOULD" && profile === "strict")) && expected?.met !== true,
  );
  const has = (...verdicts: readonly CheckResult["verdict"][]): boolean =>
    scored.some(({ verdict }) => verdicts.includes(verdict));
  if (checks.some(({ verdict }) => verdict === "kit-fault")) return { verdict: "kit-fault", exitCode: 70 };
  if (has("fail") || staleExpectations.length > 0) return { verdict: "does-not-conform", exitCode: 1 };
  const open = has("flaky", "not-exercised", "undecided", "blocked") || complaints.length > 0 || interrupted;
  // A run that judged nothing shows nothing.
  const judged = checks.some(({ verdict, expected }) => verdict === "pass" || expected?.met === true);
  return open || !judged ? { verdict: "undecided", exitCode: 2 } : { verdict: "conforms", exitCode: 0 };
}
