import * as fc from "fast-check";
import type { Answer, SandboxStep } from "../../target/sandbox-plan.js";
import { sandboxCheck } from "../check.js";
import { failedFact, resultFact } from "./facts.js";
import { answers, barrier, BARRIER, call, calls, give, range } from "./steps.js";

/** Of some calls a part is aborted, when a gate call behind them all has been answered. */
const abortedOf = fc.integer({ min: 2, max: 10 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    aborted: fc.subarray(range(1, count), { minLength: 1 }),
    late: fc.constantFrom<"result" | "error">("result", "error"),
  }),
);

const GATE = 500;

const signalSent = sandboxCheck("cancel:signal:sent", {
  given: abortedOf,
  when: ({ count, aborted, late }) => ({
    steps: [
      give(
        ...calls(range(1, count)),
        call(GATE),
        { n: GATE + 1, do: "await", of: GATE },
        ...aborted.map((of, index) => ({ n: GATE + 2 + index, do: "cancel" as const, of })),
      ),
      { do: "await-calls", of: range(1, count) },
      { do: "answer", answers: answers([[GATE, "go on"]]) },
      { do: "await-cancels", of: aborted },
      { do: "await-done", of: aborted },
      // The host answers a cancelled call as well.
      {
        do: "answer",
        answers: range(1, count).map((of): Answer => {
          if (!aborted.includes(of)) return { of, result: of };
          if (late === "result") return { of, result: "too late" };
          return { of, error: { code: 1007, message: "cancelled", data: { kind: "cancelled" } } };
        }),
      },
      { do: "await-done", of: range(1, count) },
      ...barrier(),
    ],
  }),
  then: (seen, { count, aborted }) => [
    ...range(1, count).map((n) => (aborted.includes(n) ? failedFact(seen, n) : resultFact(seen, n, n))),
    {
      about: "the ids that session.cancel names",
      expected: sorted(aborted.map((n) => seen.call(n)?.value["id"])),
      actual: sorted(
        seen.named("session.cancel").map(({ value }) => (Object(value["params"]) as { id?: unknown }).id),
      ),
    },
    resultFact(seen, BARRIER, "barrier"),
  ],
  reach: { count: (_, { aborted }) => aborted.length, floor: 6 },
});

function sorted(ids: readonly unknown[]): string[] {
  return ids.map((id) => JSON.stringify(id) ?? "none").sort();
}

const timeoutLocal = sandboxCheck("cancel:timeout:local", {
  given: fc.record({
    timeouts: fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 5 }),
    answered: fc.integer({ min: 0, max: 2 }),
  }),
  when: ({ timeouts, answered }) => {
    const late = range(1, timeouts.length);
    const right = range(101, 100 + answered);
    return {
      steps: [
        give(
          ...late.map((n) => call(n, undefined, timeouts[n - 1])),
          ...right.map((n) => call(n, undefined, 600_000)),
        ),
        { do: "await-calls", of: [...late, ...right] },
        { do: "await-done", of: late },
        { do: "answer", answers: answers([...late, ...right].map((n) => [n, "an answer"])) },
        ...(right.length > 0 ? [{ do: "await-done", of: right } satisfies SandboxStep] : []),
        ...barrier(),
      ],
    };
  },
  then: (seen, { timeouts, answered }) => [
    ...timeouts.map((_, index) => failedFact(seen, index + 1)),
    ...range(101, 100 + answered).map((n) => resultFact(seen, n, "an answer")),
    resultFact(seen, BARRIER, "barrier"),
  ],
  reach: { count: (_, { timeouts }) => timeouts.length, floor: 6 },
});

/** Checks of the area `cancel`. */
export const cancelChecks = [signalSent, timeoutLocal];
