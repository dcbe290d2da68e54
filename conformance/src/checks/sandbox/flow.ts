import * as fc from "fast-check";
import { sandboxCheck } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { noViolationFact, resultFact } from "./facts.js";
import { answers, barrier, BARRIER, filler, give, range } from "./steps.js";

const readWhileWriting = sandboxCheck(
  "flow:stdin:read-while-writing",
  overPipesToo({
    given: fc.record({
      count: fc.integer({ min: 8, max: 12 }),
      size: fc.integer({ min: 200_000, max: 300_000 }),
      // More than a runtime reads at once before it gets to write.
      filler: fc.integer({ min: 6_000_000, max: 8_000_000 }),
    }),
    needs: ["large"],
    when: ({ count, size, filler: bytes }) => ({
      steps: [
        ...barrier(),
        { do: "pause" },
        give(...range(1, count).map((n) => ({ n, do: "large" as const, what: "call" as const, size }))),
        { do: "answer", answers: filler(bytes) },
        { do: "await-drain" },
        { do: "resume" },
        { do: "answer", answers: answers(range(1, count).map((n) => [n, n])) },
        { do: "await-done", of: range(1, count) },
      ],
    }),
    then: (seen, { count }) => [
      resultFact(seen, BARRIER, "barrier"),
      noViolationFact(seen),
      ...range(1, count).map((n) => resultFact(seen, n, n)),
    ],
    reach: { count: (_, { count, size }) => (count * size > 1_000_000 ? 1 : 0), floor: 2 },
    runs: 4,
  }),
);

/** Checks of the area `flow`. */
export const flowChecks = [readWhileWriting];
