import { SANDBOX_EXIT } from "@sandpipe/spec/v1";
import * as fc from "fast-check";
import type { SandboxPlan } from "../../target/sandbox-plan.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import { sandboxCheck, type Fact } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { exitFact, oneLineFact, resultFact } from "./facts.js";
import { OVER_HTTP } from "./http.js";
import { barrier, BARRIER, call, give, range } from "./steps.js";

/** How a session ends before its result was acknowledged. */
type Ending = "close" | "term" | "eof" | "refused" | "nonsense";

function endingPlan(how: Ending, pending: number): SandboxPlan {
  if (how === "refused" || how === "nonsense") return { open: how, steps: [{ do: "await-exit" }] };
  const of = range(1, pending);
  const end = {
    close: { do: "close-notification" },
    term: { do: "signal", name: "SIGTERM" },
    eof: { do: "end-stdin" },
  } as const;
  return {
    steps: [
      ...barrier(),
      give(...of.map((n) => call(n))),
      { do: "await-calls", of },
      end[how],
      { do: "await-exit" },
    ],
  };
}

function endingFacts(seen: SandboxSeen, how: Ending): Fact[] {
  if (how === "close") return [exitFact(seen, SANDBOX_EXIT.failed)];
  if (how !== "term") return [exitFact(seen, SANDBOX_EXIT.unavailable), oneLineFact(seen)];
  // A shell tells 143 of both.
  const { exit } = seen;
  const fine = exit?.code === 143 || exit?.signal === "SIGTERM";
  return [{ about: "the exit", expected: "143", actual: fine ? "143" : (exit ?? "none") }];
}

const exitCodes = sandboxCheck(
  "life:exit:codes",
  overPipesToo({
    given: fc.record({
      how: fc.constantFrom<Ending>("close", "term", "eof", "refused", "nonsense"),
      pending: fc.integer({ min: 1, max: 3 }),
    }),
    when: ({ how, pending }) => endingPlan(how, pending),
    then: (seen, { how }) => endingFacts(seen, how),
    reach: { count: (seen) => (seen.exit === undefined ? 0 : 1), floor: 6 },
    runs: 12,
  }),
);

const eofOverHttp = sandboxCheck("life:eof:http", {
  given: fc.record({
    stdin: fc.constantFrom<"device" | "socket" | "pipe">("device", "socket", "pipe"),
    pending: fc.integer({ min: 1, max: 5 }),
  }),
  when: ({ stdin, pending }) => {
    const of = range(1, pending);
    const works = [give(...of.map((n) => call(n))), { do: "await-calls" as const, of }];
    // A null device is at its end all the time.
    if (stdin === "device")
      return {
        ...OVER_HTTP,
        open: "closed-stdin",
        steps: [...works, { do: "serve", of }, { do: "await-done", of }, ...barrier()],
      };
    return {
      ...OVER_HTTP,
      stdio: stdin,
      steps: [...barrier(), ...works, { do: "end-stdin" }, { do: "await-exit" }],
    };
  },
  then: (seen, { stdin, pending }) => [
    resultFact(seen, BARRIER, "barrier"),
    ...(stdin === "device"
      ? [...range(1, pending).map((n) => resultFact(seen, n, { step: n })), exitFact(seen, 0)]
      : [
          {
            about: "the exit",
            expected: "by itself",
            actual: seen.exit === undefined ? "none" : "by itself",
          },
        ]),
  ],
  reach: { count: (_, { stdin }) => (stdin === "device" ? 0 : 1), floor: 2 },
  runs: 12,
});

/** Checks of the area `life` that are about how the process ends. */
export const lifeExitChecks = [eofOverHttp, exitCodes];
