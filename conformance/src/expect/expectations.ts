import type { CheckResult } from "../report/report.js";

/** A failure that is known of, and may stay for now. */
export interface Expectation {
  readonly id: string;
  /** `flaky`: it may fail, pass, or fail only now and then. */
  readonly expect: "fail" | "flaky";
  readonly class: "violation" | "crash" | "hang";
  /** At least one of the two is there. */
  readonly reason?: string;
  readonly url?: string;
  /** Where it holds; everywhere when absent. */
  readonly transport?: "stdio" | "http";
  readonly os?: string;
}

/** A result with what its entry says of it, whether it was met or not. */
export function expectResult(result: CheckResult, expectations: readonly Expectation[]): CheckResult {
  const entry = expectations.find(({ id }) => id === result.id);
  if (!entry) return result;
  const { expect, class: kind, reason, url } = entry;
  // What could not be run, or is the adapter's fault, shows nothing of the implementation and meets nothing.
  const failed =
    (result.verdict === "fail" || (expect === "flaky" && result.verdict === "flaky")) &&
    result.failure?.kind === kind;
  const met = failed || (expect === "flaky" && result.verdict === "pass");
  return {
    ...result,
    expected: {
      ...{ expect, class: kind, met },
      ...(reason === undefined ? {} : { reason }),
      ...(url === undefined ? {} : { url }),
    },
  };
}

/** Entries that passed, or that no check of the run could meet: the file is out of date, one sentence each. */
export function staleExpectations(
  results: readonly CheckResult[],
  expectations: readonly Expectation[],
): readonly string[] {
  return expectations.flatMap(({ id, expect }) => {
    const result = results.find((one) => one.id === id);
    // Left out by --only, --skip or --shard: nothing is known of it.
    if (!result) return [];
    if (expect === "fail" && result.verdict === "pass")
      return [`${id} is expected to fail and passes: take its entry out of the expectations file`];
    if (result.verdict === "not-applicable" || result.verdict === "informational")
      return [
        `${id} is expected to ${expect === "fail" ? "fail" : "be flaky"} and is ${result.verdict}: take its entry out`,
      ];
    return [];
  });
}

/** Entries for what fails in a run, for a person to give the reasons. */
export function expectationsOf(results: readonly CheckResult[]): readonly Omit<Expectation, "reason">[] {
  return results.flatMap(({ id, verdict, failure }) => {
    if (!failure || failure.kind === "adapter" || (verdict !== "fail" && verdict !== "flaky")) return [];
    return [{ id, expect: verdict, class: failure.kind }];
  });
}
