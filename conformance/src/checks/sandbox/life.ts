import * as fc from "fast-check";
import type { EnvironmentFound } from "@sandpipe/spec/control";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import { sandboxCheck, type Fact } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { resultFact } from "./facts.js";
import { pendingLost } from "./fallback.js";
import { busyWith, stateSteps } from "./states.js";
import { answers, barrier, call, filler, give, range } from "./steps.js";

/** The interpreter waits for the exit generously; a sandbox that is still there then was not going to end. */
function endedFact(seen: SandboxSeen): Fact {
  return { about: "the exit", expected: "by itself", actual: seen.exit === undefined ? "none" : "by itself" };
}

// R28, R30, R31
const eofExits = sandboxCheck(
  "life:eof:exits",
  overPipesToo({
    given: busyWith,
    when: (state, subject) => ({
      steps: [...stateSteps(state, subject), { do: "end-stdin" }, { do: "await-exit" }],
    }),
    then: (seen) => [endedFact(seen)],
    reach: { count: (seen) => (seen.times["eof"] === undefined ? 0 : 1), floor: 4 },
  }),
);

const eofBusy = sandboxCheck("life:eof:busy-loop", {
  given: fc.integer({ min: 600_000, max: 900_000 }),
  needs: ["busy"],
  when: (ms) => ({
    steps: [
      give(call(1), { n: 2, do: "await", of: 1 }, { n: 3, do: "busy", ms }),
      { do: "answer", answers: answers([[1, 1]]) },
      { do: "end-stdin" },
      { do: "await-exit" },
    ],
  }),
  then: (seen) => [endedFact(seen)],
  reach: { count: (seen) => (seen.times["eof"] === undefined ? 0 : 1) },
  runs: 2,
});

// R26
const pendingFail = sandboxCheck(
  "life:eof:pending-fail-once",
  overPipesToo({
    given: fc.record({
      pending: fc.integer({ min: 1, max: 30 }),
      answered: fc.integer({ min: 0, max: 3 }),
    }),
    when: ({ pending, answered }) => {
      const of = range(101, 100 + answered);
      return {
        steps: [
          give(...range(1, pending).map((n) => call(n)), ...of.map((n) => call(n))),
          { do: "await-calls", of: range(1, pending) },
          // The last answers and the end come in one read.
          { do: "answer", answers: answers(of.map((n) => [n, "in time"])) },
          { do: "end-stdin" },
          { do: "await-exit" },
        ],
      };
    },
    then: (seen, { pending, answered }) => [
      ...pendingLost(seen, { pending }),
      ...range(101, 100 + answered).map((n) => resultFact(seen, n, "in time")),
    ],
    reach: { count: (_, { pending }) => pending, floor: 8 },
  }),
);

// R29
const termExits = sandboxCheck(
  "life:term:exits",
  overPipesToo({
    given: fc.record({
      state: busyWith,
      large: fc.option(
        fc.record({
          count: fc.integer({ min: 3, max: 8 }),
          size: fc.integer({ min: 200_000, max: 400_000 }),
        }),
      ),
    }),
    when: ({ state, large }, subject) => {
      const halfway = large !== null && subject.features.includes("large");
      return {
        steps: [
          ...(halfway
            ? [
                ...barrier(),
                { do: "pause" as const },
                give(
                  ...range(1, large.count).map((n) => ({
                    n,
                    do: "large" as const,
                    what: "call" as const,
                    size: large.size,
                  })),
                ),
                // When all this is taken the calls have been made, and a frame waits half written.
                { do: "answer" as const, answers: filler(1_500_000) },
                { do: "await-drain" as const },
              ]
            : stateSteps(state, subject)),
          { do: "signal", name: "SIGTERM" },
          ...(halfway ? [{ do: "resume" as const }] : []),
          { do: "await-exit" },
        ],
      };
    },
    then: (seen) => [
      endedFact(seen),
      {
        about: "half a frame at the end of stdout",
        expected: "none",
        actual: seen.violations.includes("cut-end") ? "a cut record" : "none",
      },
    ],
    reach: { count: (seen) => (seen.times["signal"] === undefined ? 0 : 1), floor: 4 },
  }),
);

const tokenGone = sandboxCheck("life:environment:token-gone", {
  given: fc.constantFrom("stdio", "auto"),
  needs: ["environment"],
  when: (transport) => ({
    http: "tcp",
    env: { SANDPIPE_TRANSPORT: transport, SANDPIPE_OPEN_TIMEOUT_MS: "60000" },
    steps: [
      give(
        { n: 1, do: "environment", name: "SANDPIPE_HTTP_TOKEN" },
        { n: 2, do: "environment", name: "SANDPIPE_PROTOCOL" },
      ),
      { do: "await-done", of: [1, 2] },
    ],
  }),
  then: (seen) => {
    const found = (n: number): EnvironmentFound => Object(seen.done(n)[0]?.result) as EnvironmentFound;
    const { seen: inProcess, initial } = found(1);
    return [
      { about: "the token in the script's environment", expected: false, actual: inProcess },
      // Absent where the system doesn't tell.
      {
        about: "the token in the environment of the process's start",
        expected: false,
        actual: initial ?? false,
      },
    ];
  },
  reach: {
    count: (seen) => ((Object(seen.done(2)[0]?.result) as { initial?: unknown }).initial === true ? 1 : 0),
  },
  runs: 2,
});

/** Checks of the area `life` that are about the end, and what is left of the start. */
export const lifeChecks = [eofExits, eofBusy, pendingFail, termExits, tokenGone];
