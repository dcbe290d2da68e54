import * as fc from "fast-check";
import { printedText } from "../../arbitraries/print.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { outcomeFact, outputFact } from "./facts.js";
import { answered, BARRIER, call, delay, write } from "./steps.js";

/** A timer may fire a little early by another clock. */
const EARLY = 0.8;
/** What a step of the end is bound to: well above graceMs, far below ten times as much (R52). */
const LATE = 4;
/** What anything may take beyond, on a machine that does much else. */
const SLACK_MS = 2_500;

/**
 * Between two marks there passed a time of about so much. Never many times as much; and never much less than `steps`
 * such times since the kit's own `cancel`, for of a mark that the probe reports nobody knows how late it was heard.
 */
function elapsedFact(
  seen: HostSeen,
  about: string,
  [from, to]: readonly [from: string, to: string],
  { aboutMs, steps }: { aboutMs: number; steps: number },
): Fact {
  const at = (mark: string): number => seen.times[mark] ?? NaN;
  const least = steps * aboutMs * EARLY;
  const most = aboutMs * LATE + SLACK_MS;
  const right = at(to) - at("cancel") >= least && at(to) - at(from) <= most;
  const expected = `at most ${Math.round(most)} ms, and ${Math.round(least)} ms or more after the cancel`;
  const actual = `${Math.round(at(to) - at(from))} ms, and ${Math.round(at(to) - at("cancel"))} ms after the cancel`;
  return { about, expected, actual: right ? expected : actual };
}

/** Checks of runs that the host ends, in the order of their rows. */
export const lifeEndChecks: readonly HostCheck[] = [
  // R52: crossbario/autobahn-testsuite#5
  hostCheck("life:end:escalates", {
    // Ten times as much is beyond what is borne.
    given: fc.constantFrom(600, 800),
    when: (graceMs) => ({
      run: { limits: { graceMs } },
      steps: [
        { do: "open" },
        { do: "on-term", then: "ignore" },
        BARRIER,
        { do: "cancel-run" },
        { do: "await-close" },
        { do: "await-eof" },
        { do: "linger" },
      ],
    }),
    then: (seen, graceMs) => [
      elapsedFact(seen, "from the cancel to session.close", ["cancel", "close"], { aboutMs: 0, steps: 0 }),
      elapsedFact(seen, "from session.close to the end of stdin", ["close", "eof"], { aboutMs: 0, steps: 0 }),
      elapsedFact(seen, "from the end of stdin to SIGTERM", ["eof", "term"], {
        aboutMs: graceMs,
        steps: 1,
      }),
      elapsedFact(seen, "from SIGTERM to SIGKILL", ["term", "exit"], {
        aboutMs: graceMs,
        steps: 2,
      }),
      outcomeFact(seen, "killed"),
    ],
    reach: { count: (seen) => Number("term" in seen.times) },
    runs: 2,
  }),

  hostCheck("life:end:group-signalled", {
    given: fc.integer({ min: 1, max: 3 }),
    when: (children) => ({
      run: { limits: { graceMs: 1_500 } },
      steps: [
        { do: "open" },
        { do: "on-term", then: "ignore" },
        ...Array.from({ length: children }, () => ({ do: "spawn", setsid: false }) as const),
        BARRIER,
        { do: "cancel-run" },
        { do: "await-eof" },
        { do: "await-grandchildren" },
        { do: "linger" },
      ],
    }),
    then: (seen) => {
      const first = (seen.times["gone"] ?? Infinity) < (seen.times["exit"] ?? 0);
      return [
        {
          about: "processes of the group that don't ignore SIGTERM",
          expected: "end before the SIGKILL",
          actual: first ? "end before the SIGKILL" : "live until the SIGKILL",
        },
      ];
    },
    reach: { count: (seen) => seen.grandchildren.length },
    runs: 2,
  }),

  hostCheck("life:end:lingering", {
    given: fc.record({ heeds: fc.boolean(), value: fc.nat() }),
    when: ({ heeds, value }) => ({
      run: { limits: { graceMs: 300 } },
      steps: [
        { do: "open" },
        { do: "on-term", then: "ignore" },
        write(call("k:result", "session.result", { ok: true, value })),
        answered("k:result"),
        { do: "await-close" },
        heeds ? { do: "exit", code: 0 } : { do: "linger" },
      ],
    }),
    then: (seen, { heeds, value }) => [
      outcomeFact(seen, heeds ? "ok" : "killed"),
      { about: "the result in the report", expected: value, actual: seen.report?.result },
    ],
    reach: { count: (seen) => Number("close" in seen.times) },
    runs: 3,
  }),

  hostCheck("life:timeout:run", {
    given: fc.record({ runTimeoutMs: fc.constantFrom(2_000, 2_500), busy: fc.boolean() }),
    when: ({ runTimeoutMs, busy }) => ({
      run: { limits: { runTimeoutMs, graceMs: 100 } },
      steps: [{ do: "open" }, ...(busy ? [write(delay("running", 10_000))] : []), { do: "linger" }],
    }),
    then: (seen) => [outcomeFact(seen, "timeout")],
    reach: { count: (seen) => Number(seen.report !== undefined) },
    runs: 3,
  }),

  hostCheck("life:cancel:killed", {
    given: fc.record({ opens: fc.boolean(), running: fc.nat(3), print: printedText }),
    when: ({ opens, running, print }) => ({
      run: { limits: { graceMs: 100 } },
      steps: [
        write({ text: print }),
        ...(opens
          ? [
              { do: "open" } as const,
              write(...Array.from({ length: running }, (_, index) => delay(index, 10_000))),
              BARRIER,
            ]
          : []),
        { do: "cancel-run" },
        { do: "linger" },
      ],
    }),
    then: (seen, { opens, print }) => [
      outcomeFact(seen, "killed"),
      ...(opens ? [outputFact(seen, Buffer.from(print))] : []),
      {
        about: "the sandbox's process after the report",
        expected: "gone",
        actual: seen.probeAlive ? "alive" : "gone",
      },
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
    runs: 4,
  }),
];
