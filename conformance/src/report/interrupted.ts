import type { CheckResult } from "./report.js";

/** Why a check that the end of its run left without a verdict has none: `--bail`, or Ctrl+C. */
export const INTERRUPTED = "the run was interrupted";

/** Nothing is to be said of such a check but that it is one of so many. */
export function wasInterrupted({ verdict, reason }: Pick<CheckResult, "verdict" | "reason">): boolean {
  return verdict === "undecided" && reason === INTERRUPTED;
}
