import { SANDBOX_EXIT } from "@sandpipe/spec/v1";
import * as fc from "fast-check";
import { sandboxCheck, type Fact } from "../check.js";
import { overPipesToo } from "./over-pipes.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import type { SandboxPlan } from "../../target/sandbox-plan.js";
import { countFact, exitFact, kindFact, oneLineFact } from "./facts.js";
import { busyWith, stateSteps, type State } from "./states.js";
import { call, give, range } from "./steps.js";

type Environment = NonNullable<SandboxPlan["env"]>;

/** A start that must be refused; nothing is put to a script. */
export function refusedStart(env: Environment, more: Partial<SandboxPlan> = {}): SandboxPlan {
  return { ...more, env, steps: [{ do: "await-exit" }] };
}

/** The start was refused as it should, or (the pair) the same start with a right value was accepted. */
export function startFacts(seen: SandboxSeen, code: number | undefined): Fact[] {
  if (code === undefined) return [exitFact(seen, 0), countFact(seen, "session.result", 1)];
  return [exitFact(seen, code), oneLineFact(seen), countFact(seen, "session.result", 0)];
}

const WRONG = "wrong" as const;
const RIGHT = "right" as const;

const unknownValue = sandboxCheck("fallback:transport:unknown-value", {
  given: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant(WRONG), fc.constantFrom("tcp", "STDIO", "stdio ", "stdio,http", "1")),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant(RIGHT), fc.constantFrom("stdio", "auto")) },
  ),
  when: ([kind, value]) => {
    const env = { SANDPIPE_TRANSPORT: value };
    return kind === "wrong" ? refusedStart(env) : { env, steps: [] };
  },
  then: (seen, [kind]) => startFacts(seen, kind === "wrong" ? SANDBOX_EXIT.usage : undefined),
  reach: { count: (_, [kind]) => (kind === "wrong" ? 1 : 0) },
});

// R46
const badTimeout = sandboxCheck("fallback:timeout:bad-value", {
  given: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(
        fc.constant(WRONG),
        fc.constantFrom("0", "-1", "abc", "1.5", "1e3", "2000ms", "0x10", " 5"),
      ),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant(RIGHT), fc.constantFrom("5000", "600000")) },
  ),
  when: ([kind, value]) => {
    const env = { SANDPIPE_TRANSPORT: "auto", SANDPIPE_OPEN_TIMEOUT_MS: value };
    return kind === "wrong" ? refusedStart(env) : { env, steps: [] };
  },
  then: (seen, [kind]) => startFacts(seen, kind === "wrong" ? SANDBOX_EXIT.usage : undefined),
  reach: { count: (_, [kind]) => (kind === "wrong" ? 1 : 0) },
});

const noUrl = sandboxCheck(
  "fallback:auto:no-url",
  overPipesToo({
    given: fc.record({
      open: fc.constantFrom<"held" | "closed-stdin">("held", "closed-stdin"),
      transport: fc.constantFrom("auto", null),
      timeoutMs: fc.integer({ min: 100, max: 400 }),
    }),
    when: ({ open, transport, timeoutMs }) =>
      refusedStart({ SANDPIPE_TRANSPORT: transport, SANDPIPE_OPEN_TIMEOUT_MS: String(timeoutMs) }, { open }),
    then: (seen) => startFacts(seen, SANDBOX_EXIT.unavailable),
    reach: { count: (seen) => (seen.exit === undefined ? 0 : 1), floor: 2 },
    runs: 4,
  }),
);

const httpNoUrl = sandboxCheck("fallback:http:no-url", {
  given: fc.constant(null),
  when: () => refusedStart({ SANDPIPE_TRANSPORT: "http" }),
  then: (seen) => [
    ...startFacts(seen, SANDBOX_EXIT.unavailable),
    { about: "frames on stdout", expected: 0, actual: seen.frames.length },
  ],
  reach: { count: (seen) => (seen.exit === undefined ? 0 : 1) },
  runs: 2,
});

const neverLater = sandboxCheck(
  "fallback:switch:never-later",
  overPipesToo({
    // A stalled script asks no more, so it can't say what became of its calls.
    given: fc.record({
      state: busyWith.map((state) => ({ ...state, stalled: false })),
      transport: fc.constantFrom("auto", "stdio"),
    }),
    when: ({ state, transport }, subject) => ({
      env: { SANDPIPE_TRANSPORT: transport, SANDPIPE_OPEN_TIMEOUT_MS: "60000" },
      http: "tcp",
      steps: [...stateSteps(state, subject), { do: "end-stdin" }, { do: "await-exit" }],
    }),
    then: (seen, { state }) => [
      { about: "requests over HTTP", expected: [], actual: seen.http },
      ...pendingLost(seen, state),
    ],
    reach: { count: (_, { state }) => state.pending, floor: 4 },
    runs: 12,
  }),
);

/** Every pending call failed once, as lost. */
export function pendingLost(seen: SandboxSeen, { pending }: Pick<State, "pending">): Fact[] {
  return range(1, pending).map((n) => kindFact(seen, n, "transport_lost"));
}

const mayHaveRun = sandboxCheck("fallback:lost:may-have-run", {
  given: fc.record({ sent: fc.integer({ min: 1, max: 6 }), queued: fc.integer({ min: 1, max: 10 }) }),
  // Seven calls and the driver's own fill eight slots: what comes behind them can't have been sent.
  when: ({ sent, queued }) => ({
    limits: { maxInFlight: 8 },
    steps: [
      give(...range(1, 8 + queued).map((n) => call(n))),
      { do: "await-calls", of: range(1, sent) },
      { do: "end-stdin" },
      { do: "await-exit" },
    ],
  }),
  then: (seen, { queued }) => [
    ...pendingLost(seen, { pending: 8 + queued }),
    ...range(1, 8 + queued).flatMap((n): Fact[] => {
      const told = mayHaveRunOf(seen, n);
      const came = seen.call(n) !== undefined;
      // A call that came may have run; of one that never came the sandbox may be careful and say so too.
      const fine = typeof told === "boolean" && (told || !came);
      const about = `what transport_lost says of step ${n}, which ${came ? "came" : "never came"}`;
      const expected = came ? "that it may have run" : "whether it may have run";
      return [{ about, expected, actual: fine ? expected : { mayHaveRun: told } }];
    }),
  ],
  reach: { count: (_, { queued }) => queued, floor: 4 },
  runs: 4,
});

function mayHaveRunOf(seen: SandboxSeen, n: number): unknown {
  const { data } = Object(seen.done(n)[0]?.error) as { data?: unknown };
  return (Object(data) as { mayHaveRun?: unknown }).mayHaveRun;
}

/** Checks of the area `fallback`. */
export const fallbackChecks = [unknownValue, badTimeout, noUrl, httpNoUrl, neverLater, mayHaveRun];
