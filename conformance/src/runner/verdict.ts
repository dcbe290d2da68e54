import type { Row } from "@sandpipe/spec/requirement";
import type { CheckResult, Report } from "../report/report.js";

/** What a whole run comes to, and its exit code. */
export function verdictOf(
  checks: readonly CheckResult[],
  profile: Row["profile"],
  complaints: readonly string[],
  interrupted: boolean,
): Pick<Report, "verdict" | "exitCode"> {
  const scored = checks.filter(
    ({ level }) => level === "MUST" || (level === "SHOULD" && profile === "strict"),
  );
  const has = (...verdicts: readonly CheckResult["verdict"][]): boolean =>
    scored.some(({ verdict }) => verdicts.includes(verdict));
  if (checks.some(({ verdict }) => verdict === "kit-fault")) return { verdict: "kit-fault", exitCode: 70 };
  if (has("fail")) return { verdict: "does-not-conform", exitCode: 1 };
  const open = has("flaky", "not-exercised", "undecided", "blocked") || complaints.length > 0 || interrupted;
  // A run that judged nothing shows nothing.
  const judged = checks.some(({ verdict }) => verdict === "pass");
  return open || !judged ? { verdict: "undecided", exitCode: 2 } : { verdict: "conforms", exitCode: 0 };
}
