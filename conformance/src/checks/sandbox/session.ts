import { MINIMUM_LIMITS } from "@sandpipe/spec/v1";
import * as fc from "fast-check";
import { params } from "../../arbitraries/json.js";
import type { SeenFrame } from "../../target/host-seen.js";
import type { Answer, SandboxStep } from "../../target/sandbox-plan.js";
import { sandboxCheck } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import { countFact, exitFact, noResponseFact, resultFact } from "./facts.js";
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

/** How long the host keeps a sandbox waiting that was told to wait for far less. */
const HELD = { timeoutMs: 100, lingerMs: 1_000 };

const waits = sandboxCheck(
  "session:open:waits",
  overPipesToo({
    given: fc.record({ lateScript: fc.boolean(), value: fc.string() }),
    when: ({ lateScript, value }) => ({
      lateScript,
      open: "held",
      env: { SANDPIPE_TRANSPORT: "stdio", SANDPIPE_OPEN_TIMEOUT_MS: String(HELD.timeoutMs) },
      steps: [
        { do: "await-open" },
        { do: "linger", ms: HELD.lingerMs },
        { do: "answer-open" },
        give(call(1, value)),
        { do: "answer", answers: answers([[1, value]]) },
        { do: "await-done", of: [1] },
      ],
    }),
    then: (seen, { value }) => [
      countFact(seen, "session.open", 1),
      resultFact(seen, 1, value),
      exitFact(seen, 0),
    ],
    reach: { count: (seen) => (seen.times["open-answered"] === undefined ? 0 : 1), floor: 2 },
    runs: 4,
  }),
);

/** Within what every host grants before it has said more. */
const zeroRtt = sandboxCheck("session:open:zero-rtt", {
  given: fc.integer({ min: 1, max: 20 }),
  needs: ["early"],
  when: (count) => ({
    open: "held",
    env: { SANDPIPE_TRANSPORT: "stdio", SANDPIPE_DRIVER_EARLY: String(count) },
    steps: [{ do: "await-open" }, { do: "linger", ms: HELD.lingerMs }, { do: "answer-open" }, ...barrier()],
  }),
  then: (seen, count) => {
    const before = seen.frames.slice(0, seen.framesBeforeOpen).filter(isEarly);
    const most = Math.min(count, MINIMUM_LIMITS.maxInFlight);
    const expected = `1 to ${most}`;
    const fine = before.length >= 1 && before.length <= most;
    const about = "calls behind session.open before its answer";
    return [{ about, expected, actual: fine ? expected : before.length }];
  },
  reach: { count: (seen) => (seen.times["open-answered"] === undefined ? 0 : 1) },
  runs: 3,
});

function isEarly({ value }: SeenFrame): boolean {
  return Object.hasOwn(Object(value["params"]), "early");
}

const sentOnce = sandboxCheck("session:open:sent-once", {
  given: fc.integer({ min: 1, max: 4 }),
  when: (rounds) => ({ steps: range(1, rounds).flatMap((n): SandboxStep[] => barrier(n)) }),
  then: (seen) => [countFact(seen, "session.open", 1)],
  reach: { count: (seen) => seen.named("session.open").length },
  runs: 4,
});

// R30
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
export const sessionChecks = [
  sentFirst,
  beforeUserCode,
  waits,
  zeroRtt,
  sentOnce,
  closeExits,
  unknownIgnored,
];
