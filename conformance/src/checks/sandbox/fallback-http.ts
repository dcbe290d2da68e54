import type { Step } from "@sandpipe/spec/control";
import { SANDBOX_EXIT } from "@sandpipe/spec/v1";
import * as fc from "fast-check";
import { shrunkAs } from "../../arbitraries/shrunk-as.js";
import type { HttpMishap } from "../../target/sandbox-http.js";
import type { SandboxPlan, SandboxStep } from "../../target/sandbox-plan.js";
import type { SandboxSeen } from "../../target/sandbox-seen.js";
import { sandboxCheck, type Fact } from "../check.js";
import { startFacts } from "./fallback.js";
import { countFact, exitFact, kindFact, resultFact } from "./facts.js";
import { lossySteps, methodsOf, onceFact, OVER_HTTP } from "./http.js";
import { barrier, BARRIER, call, give, range } from "./steps.js";

/** Long enough for HTTP to be answered in on a machine that does much else: both legs have it. */
const AMPLE_MS = 1_500;

/** A host that says nothing on stdio, and serves over HTTP. */
function fallsBack(
  timeoutMs: number,
  steps: readonly SandboxStep[],
  open: SandboxPlan["open"] = "held",
): SandboxPlan {
  const env = { SANDPIPE_TRANSPORT: "auto", SANDPIPE_OPEN_TIMEOUT_MS: String(timeoutMs) };
  return { ...OVER_HTTP, env, open, steps };
}

/** The smallest session is one without calls. */
function givenCalls(of: readonly number[]): SandboxStep[] {
  return of.length === 0 ? [] : [give(...of.map((n) => call(n)))];
}

/** The session was opened over HTTP, worked there and ended as it should. */
function workedFacts(seen: SandboxSeen): Fact[] {
  return [
    { about: "an open over HTTP", expected: true, actual: seen.times["http-open"] !== undefined },
    resultFact(seen, BARRIER, "barrier"),
    countFact(seen, "session.result", 1),
    exitFact(seen, 0),
  ];
}

/**
 * Something came no earlier than so long after the process was started. A busy kit sees things late, never early: a
 * sandbox that waits is not blamed, and one that doesn't is seen while it starts faster than it should have waited.
 */
function notBeforeFact(about: string, seen: SandboxSeen, name: string, atLeastMs: number): Fact {
  const { spawn = 0, [name]: at = 0 } = seen.times;
  const expected = `after ${atLeastMs} ms or more`;
  const tookMs = Math.round(at - spawn);
  return { about, expected, actual: tookMs >= atLeastMs ? expected : `after ${tookMs} ms` };
}

/** Long beside a sandbox's start on a busy machine. */
const WAITED = { min: 2_000, max: 2_500 };

const silentHost = sandboxCheck("fallback:auto:silent-host", {
  given: fc.integer(WAITED),
  when: (timeoutMs) => fallsBack(timeoutMs, barrier()),
  then: (seen, timeoutMs) => [
    ...workedFacts(seen),
    notBeforeFact("when HTTP was turned to", seen, "http-open", timeoutMs),
  ],
  reach: { count: (seen) => (seen.times["http-open"] === undefined ? 0 : 1) },
  runs: 3,
});

const LONG_MS = 600_000;

const closedStdin = sandboxCheck("fallback:auto:closed-stdin", {
  given: fc.constantFrom<"device" | "pipe">("device", "pipe"),
  // Whoever waits for the time-out misses the kit's own deadline by far.
  when: (stdin) =>
    stdin === "device"
      ? fallsBack(LONG_MS, barrier(), "closed-stdin")
      : fallsBack(LONG_MS, [{ do: "await-open" }, { do: "end-stdin" }, ...barrier()]),
  then: workedFacts,
  reach: { count: (seen) => (seen.times["http-open"] === undefined ? 0 : 1) },
  runs: 4,
});

const onlyOpenTwice = sandboxCheck("fallback:open:only-open-twice", {
  given: fc.record({ count: fc.integer({ min: 1, max: 10 }), prints: fc.integer({ min: 0, max: 3 }) }),
  when: ({ count, prints }) => {
    const of = range(1, count);
    const printed = range(1, prints).map((n): Step => ({
      n: 100 + n,
      do: "print",
      api: "console.log",
      text: "p",
    }));
    return fallsBack(AMPLE_MS, [
      give(...printed, ...of.map((n) => call(n))),
      { do: "serve", of },
      { do: "await-done", of },
      ...barrier(),
    ]);
  },
  then: (seen, { count }) => [
    { about: "frames on stdout", expected: ["session.open"], actual: methodsOf(seen.stdioFrames) },
    ...range(1, count).flatMap((n) => [onceFact(seen, n), resultFact(seen, n, { step: n })]),
    ...workedFacts(seen),
  ],
  reach: { count: (_, { count }) => count, floor: 4 },
  runs: 3,
});

const stdioFixed = sandboxCheck("fallback:stdio:fixed", {
  given: fc.integer({ min: 1, max: 8 }),
  when: (count) => {
    const of = range(1, count);
    return {
      env: { SANDPIPE_TRANSPORT: "stdio", SANDPIPE_OPEN_TIMEOUT_MS: "100" },
      http: "tcp",
      steps: [give(...of.map((n) => call(n))), { do: "serve", of }, { do: "await-done", of }],
    };
  },
  then: (seen, count) => [
    { about: "requests over HTTP", expected: [], actual: seen.http },
    ...range(1, count).map((n) => resultFact(seen, n, { step: n })),
    exitFact(seen, 0),
  ],
  reach: { count: (_, count) => count },
  runs: 3,
});

const httpFixed = sandboxCheck("fallback:http:fixed", {
  given: shrunkAs(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 })),
  when: (count) => {
    const of = range(1, count);
    return {
      ...OVER_HTTP,
      steps: [...givenCalls(of), { do: "serve", of }, { do: "await-done", of }, ...barrier()],
    };
  },
  then: (seen, count) => [
    { about: "frames on stdout", expected: [], actual: methodsOf(seen.stdioFrames) },
    ...range(1, count).map((n) => resultFact(seen, n, { step: n })),
    ...workedFacts(seen),
  ],
  reach: { count: (_, count) => count },
  runs: 3,
});

// R46
const bothLegs = sandboxCheck("fallback:timeout:both-legs", {
  given: fc.integer(WAITED),
  when: (timeoutMs) => ({
    ...{ open: "held", http: "tcp", httpManner: "silent" },
    env: { SANDPIPE_TRANSPORT: "auto", SANDPIPE_OPEN_TIMEOUT_MS: String(timeoutMs) },
    steps: [{ do: "await-open" }, { do: "await-post" }, { do: "await-exit" }],
  }),
  then: (seen, timeoutMs) => [
    ...startFacts(seen, SANDBOX_EXIT.unavailable),
    { about: "opens over HTTP", expected: 1, actual: seen.posts.length },
    notBeforeFact("when HTTP was turned to", seen, "http-open", timeoutMs),
    notBeforeFact("when the process gave up", seen, "exit", 2 * timeoutMs),
  ],
  reach: { count: (seen) => seen.posts.length },
  runs: 2,
});

const lateAnswer = sandboxCheck("fallback:late-answer:ignored", {
  given: fc.integer({ min: 1, max: 3 }),
  when: (count) => {
    const of = range(1, count);
    return fallsBack(AMPLE_MS, [
      give(...of.map((n) => call(n))),
      { do: "await-calls", of },
      { do: "answer-open" },
      { do: "serve", of },
      { do: "await-done", of },
      ...barrier(),
    ]);
  },
  then: (seen, count) => [
    beganFact(seen),
    { about: "frames on stdout", expected: ["session.open"], actual: methodsOf(seen.stdioFrames) },
    ...range(1, count).map((n) => resultFact(seen, n, { step: n })),
    ...workedFacts(seen),
  ],
  reach: { count: (seen) => (seen.times["http-open"] === undefined ? 0 : 1) },
  runs: 3,
});

function beganFact(seen: SandboxSeen): Fact {
  const began = seen
    .named("conformance.next")
    .filter(({ value }) => Object.hasOwn(Object(value["params"]), "driver"));
  const fact = { about: "times that the script began", expected: 1, actual: began.length };
  return began[1] === undefined ? fact : { ...fact, at: began[1].at };
}

const resendNever = sandboxCheck("fallback:resend:never", {
  given: fc.array(fc.constantFrom<HttpMishap>("reset", "half-body", "half-head", "closed"), {
    minLength: 1,
    maxLength: 6,
  }),
  when: (mishaps) => ({ ...OVER_HTTP, steps: lossySteps(mishaps, "conformance.count") }),
  then: (seen, mishaps) => [
    ...mishaps.flatMap((_, index) => [
      onceFact(seen, index + 1),
      kindFact(seen, index + 1, "transport_lost"),
    ]),
    resultFact(seen, BARRIER, "barrier"),
  ],
  reach: { count: (_, mishaps) => mishaps.length, floor: 3 },
  runs: 3,
});

/** Checks of the area `fallback` for sandboxes that have HTTP. */
export const fallbackHttpChecks = [
  silentHost,
  closedStdin,
  onlyOpenTwice,
  stdioFixed,
  httpFixed,
  bothLegs,
  lateAnswer,
  resendNever,
];
