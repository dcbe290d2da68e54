import * as fc from "fast-check";
import type { CaseOutcome } from "./judge-case.js";

/** The smallest failing case that was found in time. */
export interface Shrunk {
  readonly given: unknown;
  readonly outcome: CaseOutcome;
  /** As fast-check writes it; "0" is the case itself. */
  readonly path: string;
  /** Whether nothing smaller fails; false when time ran out. */
  readonly minimal: boolean;
}

/** The case of a seed, made without running anything. */
export function makeCase(given: fc.Arbitrary<unknown>, seed: number, path = "0"): unknown {
  return fc.sample(given, { seed, path, numRuns: 1 })[0];
}

/**
 * Shrinks the failing case of a seed within a budget. Each candidate runs in a fresh session; the failing one that
 * was run last is the smallest. Resolves with undefined when the case doesn't fail again.
 */
export async function shrinkCase(
  given: fc.Arbitrary<unknown>,
  seed: number,
  budgetMs: number,
  judge: (given: unknown) => Promise<CaseOutcome>,
): Promise<Shrunk | undefined> {
  let last: { given: unknown; outcome: CaseOutcome } | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let trouble: { error: unknown } | undefined;
  let over = false;
  const property = fc.asyncProperty(given, (candidate) => {
    const run = async (): Promise<boolean> => {
      try {
        const outcome = await judge(candidate);
        if (outcome.status !== "fail") return true;
        if (!over) last = { given: candidate, outcome };
        return false;
      } catch (error) {
        // A fault of the kit, or the end of the whole run: no smaller case is looked for.
        trouble = { error };
        return true;
      }
    };
    const result = run();
    running = result;
    return result;
  });
  const details = await fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: budgetMs,
    markInterruptAsFailure: false,
  });
  over = true;
  await running;
  if (trouble) throw trouble.error;
  if (!last || !details.failed) return undefined;
  const path = details.counterexamplePath ?? "0";
  return { ...last, path, minimal: !details.interrupted };
}
