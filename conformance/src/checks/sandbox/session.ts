import * as fc from "fast-check";
import { params } from "../../arbitraries/json.js";
import type { Answer, SandboxStep } from "../../target/sandbox-plan.js";
import { sandboxCheck } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { countFact, noResponseFact, resultFact } from "./facts.js";
import { answers, barrier, BARRIER, call, give, range } from "./steps.js";
import { busyWith, stateSteps, type State } from "./states.js";

const sentFirst = sandboxCheck("session:open:sent-first", {
  given: fc.constant(null),
  when: () => ({ steps: [] }),
  then: (seen) => {
    const [first] = seen.frames;
    const at = first === undefined ? {} : { at: first.at };
    const { protocol, runtime, features } = Object(first?.value["params"]) as Record<string, unknown>;
    const { name, version } = Object(runtime) as Record<string, unknown>;
    const expected = { protocol: 1, name: "string", version: "string", features: true };
    return [
      { about: "the first frame", expected: "session.open", actual: first?.value["method"] ?? "none", ...at },
      {
        about: "the params of session.open",
        expected,
        actual: { protocol, name: typeof name, version: typeof version, features: Array.isArray(features) },
        ...at,
      },
    ];
  },
  reach: { count: (seen) => seen.frames.length },
  runs: 2,
});

const beforeUserCode = sandboxCheck("session:open:before-user-code", {
  given: fc.constantFrom("hello", "a line\nand half a line", "x".repeat(70_000)),
  needs: ["greeting"],
  when: (greeting) => ({ env: { SANDPIPE_DRIVER_GREETING: greeting }, steps: barrier() }),
  then: (seen) => [
    {
      about: "the first frame",
      expected: "session.open",
      actual: seen.frames[0]?.value["method"] ?? "none",
      ...(seen.frames[0] === undefined ? {} : { at: seen.frames[0].at }),
    },
    { about: "bytes of output before the first frame", expected: 0, actual: seen.outputBeforeFrames },
  ],
  reach: { count: (seen, greeting) => (Buffer.from(seen.output).includes(greeting) ? 1 : 0), floor: 2 },
  runs: 4,
});

const sentOnce = sandboxCheck("session:open:sent-once", {
  given: fc.integer({ min: 1, max: 4 }),
  when: (rounds) => ({ steps: range(1, rounds).flatMap((n): SandboxStep[] => barrier(n)) }),
  then: (seen) => [countFact(seen, "session.open", 1)],
  reach: { count: (seen) => seen.named("session.open").length },
  runs: 4,
});

const closeExits = sandboxCheck(
  "session:close:exits",
  overPipesToo({
    given: busyWith,
    when: (state: State, subject) => ({
      steps: [
        ...stateSteps(state, subject),
        { do: "close-notification", reason: "enough" },
        { do: "await-exit" },
      ],
    }),
    then: (seen) => [
      { about: "the exit", expected: "by itself", actual: seen.exit === undefined ? "none" : "by itself" },
    ],
    reach: { count: (seen) => (seen.times["close"] === undefined ? 0 : 1), floor: 4 },
  }),
);

const unknownIgnored = sandboxCheck("session:notification:unknown-ignored", {
  given: fc.array(
    fc.record({
      method: fc.constantFrom("session.future", "x.y", "$/progress", "", "session.Close"),
      params,
    }),
    { minLength: 1, maxLength: 6 },
  ),
  when: (list) => ({
    steps: [
      give(call(1)),
      {
        do: "answer",
        answers: [
          ...list.map((one): Answer => ({ part: { frame: { jsonrpc: "2.0", ...one } } })),
          ...answers([[1, "mine"]]),
        ],
      },
      { do: "await-done", of: [1] },
      ...barrier(),
    ],
  }),
  then: (seen) => [noResponseFact(seen), resultFact(seen, 1, "mine"), resultFact(seen, BARRIER, "barrier")],
  reach: { count: (_, list) => list.length, floor: 4 },
});

/** Checks of the area `session`. */
export const sessionChecks = [sentFirst, beforeUserCode, sentOnce, closeExits, unknownIgnored];
