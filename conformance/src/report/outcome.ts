import type { CheckResult } from "./report.js";

/**
 * What a check comes to for readers that know only four words. `skipped`: it doesn't count, as it doesn't apply, is a
 * MAY, or its failure is expected. `open`: it was not decided.
 */
export type Outcome = "passed" | "failed" | "skipped" | "open";

/** The outcome of a check. */
export function outcomeOf({ verdict, expected }: CheckResult): Outcome {
  if (verdict === "pass") return "passed";
  if (expected?.met === true) return "skipped";
  switch (verdict) {
    case "fail":
      return "failed";
    case "not-applicable":
    case "informational":
      return "skipped";
    default:
      return "open";
  }
}
