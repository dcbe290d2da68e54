import * as fc from "fast-check";
import { printedText } from "../../arbitraries/print.js";
import { PLANTED_ENVIRONMENT } from "../../target/planted-environment.js";
import type { HostSeen } from "../../target/host-seen.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { outcomeFact, outputFact } from "./facts.js";
import { BARRIER, call, delay, echo, opened, write } from "./steps.js";

/** What a run's end is bound to where a time is asked for: well above graceMs, far below ten times as much (R52). */
const LATE = 4;
/** A timer may fire a little early by another clock. */
const EARLY = 0.8;

/**
 * Between two marks there passed a time of about so much. Never many times as much; and never much less than `steps`
 * such times since the kit's own `cancel`, for of a mark that the probe reports nobody knows how late it was heard.
 */
function elapsedFact(
  seen: HostSeen,
  about: string,
  [from, to]: readonly [from: string, to: string],
  { aboutMs, steps, slackMs = 900 }: { aboutMs: number; steps: number; slackMs?: number },
): Fact {
  const at = (mark: string): number => seen.times[mark] ?? NaN;
  const least = steps * aboutMs * EARLY;
  const most = aboutMs * LATE + slackMs;
  const right = at(to) - at("cancel") >= least && at(to) - at(from) <= most;
  const expected = `at most ${Math.round(most)} ms, and ${Math.round(least)} ms or more after the cancel`;
  const actual = `${Math.round(at(to) - at(from))} ms, and ${Math.round(at(to) - at("cancel"))} ms after the cancel`;
  return { about, expected, actual: right ? expected : actual };
}

/** Exits that end a run. */
const exitCode = fc.constantFrom(0, 1, 3);

/** Commands that can't be started. */
const unstartable: fc.Arbitrary<string[]> = fc.constantFrom(
  ["/nonexistent/sandpipe-command"],
  ["/etc/passwd"],
  ["sandpipe-no-such-command-in-any-path"],
  ["/"],
);

/** Checks of the area `life`, in the order of its rows. */
export const lifeChecks: readonly HostCheck[] = [
  hostCheck("life:spawn:failed-report", {
    given: unstartable,
    when: (command) => ({ run: { command }, steps: [{ do: "linger" }] }),
    then: (seen) => [
      outcomeFact(seen, "failed"),
      { about: "error.name in the report", expected: "spawn_failed", actual: seen.report?.error?.name },
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
  }),

  hostCheck("life:spawn:no-open", {
    given: fc.record({ print: printedText, foreign: fc.boolean() }),
    when: ({ print, foreign }) =>
      foreign
        ? { run: { command: [process.execPath, "-e", ""] }, steps: [{ do: "linger" }] }
        : { steps: [write({ text: print }), { do: "exit", code: 0 }] },
    then: (seen, { print, foreign }) => [
      outcomeFact(seen, "protocol_error"),
      { about: "the exit code", expected: 0, actual: seen.report?.exit.code },
      outputFact(seen, Buffer.from(foreign ? "" : print)),
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
  }),

  hostCheck("life:environment:contract", {
    given: fc.dictionary(fc.stringMatching(/^KIT_[A-Z]{1,6}$/u), fc.stringMatching(/^[ -~é]{0,12}$/u), {
      maxKeys: 3,
    }),
    when: (env) => ({ run: { env }, steps: [{ do: "open" }, { do: "tell", what: "environment" }] }),
    then: (seen, env) => {
      const { environment = {} } = seen.told[0] ?? {};
      const contract = { SANDPIPE_PROTOCOL: "1", SANDPIPE_TRANSPORT: "stdio", ...env };
      return Object.entries(contract).map(([name, value]) => ({
        about: `the variable ${name}`,
        expected: value,
        actual: environment[name],
      }));
    },
    reach: { count: (seen) => seen.told.length },
  }),

  hostCheck("life:environment:allow-list", {
    given: fc.constantFrom("before the open", "after the open"),
    when: (when) => ({
      steps: [
        ...(when === "after the open" ? [{ do: "open" } as const] : []),
        { do: "tell", what: "environment" },
        ...(when === "after the open" ? [] : [{ do: "open" } as const]),
      ],
    }),
    then: (seen) => {
      const environment = Object.keys(seen.told[0]?.environment ?? {});
      const leaked = Object.keys(PLANTED_ENVIRONMENT).filter((name) => environment.includes(name));
      return [{ about: "variables of the host that reached the sandbox", expected: [], actual: leaked }];
    },
    reach: { count: (seen) => seen.told.length },
    runs: 2,
  }),

  hostCheck("life:descriptors:none-leaked", {
    given: fc.constant("descriptors"),
    when: () => opened({ do: "tell", what: "descriptors" }),
    then: (seen) => {
      const beyond = Object.entries(seen.told[0]?.descriptors ?? {}).filter(([fd]) => Number(fd) > 2);
      return [{ about: "descriptors beyond 0, 1 and 2", expected: {}, actual: Object.fromEntries(beyond) }];
    },
    reach: { count: (seen) => seen.told.length },
    runs: 2,
  }),

  hostCheck("life:group:own", {
    given: fc.record({
      ends: fc.constantFrom("result", "exit", "signal"),
      children: fc.integer({ min: 1, max: 3 }),
    }),
    when: ({ ends, children }) =>
      opened(
        ...Array.from({ length: children }, () => ({ do: "spawn", setsid: false }) as const),
        ends === "exit"
          ? { do: "exit", code: 3 }
          : ends === "signal"
            ? { do: "signal", name: "SIGKILL" }
            : { do: "end" },
      ),
    then: (seen) => [
      {
        about: "processes of the sandbox's group alive after the report",
        expected: 0,
        actual: seen.grandchildren.filter(({ alive }) => alive).length,
      },
    ],
    reach: { count: (seen) => seen.grandchildren.length },
    runs: 4,
  }),

  hostCheck("life:end:exit-not-eof", {
    given: fc.record({ own: fc.boolean(), graceMs: fc.constantFrom(200, 500) }),
    when: ({ own, graceMs }) => ({
      run: { limits: { graceMs } },
      steps: [
        { do: "open" },
        { do: "spawn", setsid: true },
        ...(own ? [{ do: "spawn", setsid: false } as const] : []),
        { do: "end" },
      ],
    }),
    then: (seen, { graceMs }) => {
      const ms = (seen.times["ended"] ?? Infinity) - (seen.times["exit"] ?? 0);
      const most = graceMs * LATE + 900;
      const expected = `at most ${most} ms after the exit`;
      return [
        outcomeFact(seen, "ok"),
        {
          about: "the report",
          expected,
          actual: ms <= most ? expected : `${Math.round(ms)} ms after the exit`,
        },
      ];
    },
    reach: { count: (seen) => seen.grandchildren.filter(({ setsid }) => setsid).length },
    runs: 3,
  }),

  hostCheck("life:end:reaped", {
    given: fc.record({ code: exitCode, cancelled: fc.boolean() }),
    when: ({ code, cancelled }) => ({
      run: { limits: { graceMs: 100 } },
      steps: [
        { do: "open" },
        write(delay("running", 10_000)),
        ...(cancelled
          ? ([{ do: "cancel-run" }, { do: "linger" }] as const)
          : ([{ do: "exit", code }] as const)),
      ],
    }),
    then: (seen) => [
      {
        about: "the sandbox's process after the report",
        expected: "gone",
        actual: seen.probeReaped ? "gone" : "still there, or a zombie",
      },
      {
        about: "the scratch folder after the report",
        expected: "gone",
        actual: (seen.scratchGone ?? true) ? "gone" : "still there",
      },
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
    runs: 6,
  }),

  hostCheck("life:end:stdout-closed", {
    given: fc.record({ closed: fc.constantFrom(0 as const, 1 as const, "both" as const), code: exitCode }),
    when: ({ closed, code }) =>
      opened(
        ...(closed === "both"
          ? ([
              { do: "close", fd: 1 },
              { do: "close", fd: 0 },
            ] as const)
          : ([{ do: "close", fd: closed }] as const)),
        // Written in many pieces with pauses: time in which a host that takes this for the end would act.
        {
          do: "write",
          stream: "stderr",
          parts: [{ repeat: { text: "still here ", count: 20 } }],
          cuts: Array.from({ length: 200 }, (_, index) => index + 1),
        },
        { do: "written" },
        { do: "exit", code },
      ),
    then: (seen, { code }) => [
      outcomeFact(seen, "failed"),
      { about: "the exit in the report", expected: { code }, actual: seen.report?.exit },
      { about: "bytes of stderr", expected: 220, actual: seen.stderr.length },
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
    runs: 4,
  }),

  hostCheck("life:end:escalates", {
    given: fc.constantFrom(300, 500),
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
        slackMs: 400,
      }),
      elapsedFact(seen, "from SIGTERM to SIGKILL", ["term", "exit"], {
        aboutMs: graceMs,
        steps: 2,
        slackMs: 400,
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

  hostCheck("life:signal:failed", {
    given: fc.record({
      name: fc.constantFrom("SIGKILL" as const, "SIGTERM" as const, "SIGSEGV" as const),
      lines: fc.integer({ min: 0, max: 200 }),
      partial: printedText,
    }),
    when: ({ name, lines, partial }) =>
      opened(
        write({ repeat: { text: "line\n", count: lines } }, { text: partial }),
        { do: "written" },
        { do: "signal", name },
      ),
    then: (seen, { name, lines, partial }) => [
      outcomeFact(seen, "failed"),
      { about: "exit.signal in the report", expected: name, actual: seen.report?.exit.signal },
      outputFact(seen, Buffer.from("line\n".repeat(lines) + partial)),
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
  }),

  hostCheck("life:pipe:broken-survived", {
    given: fc.record({
      size: fc.integer({ min: 1_000_000, max: 8_000_000 }),
      code: exitCode,
      closes: fc.boolean(),
    }),
    when: ({ size, code, closes }) => ({
      run: { limits: { maxFrameBytes: 16_777_216 } },
      steps: [
        { do: "open" },
        { do: "pause" },
        write(call("large", "conformance.bytes", { size }), echo("small")),
        { do: "written" },
        ...(closes ? [{ do: "close", fd: 0 } as const] : []),
        { do: "exit", code },
      ],
    }),
    then: (seen, { code }) => [
      outcomeFact(seen, "failed"),
      { about: "the exit in the report", expected: { code }, actual: seen.report?.exit },
    ],
    reach: { count: (seen) => Number(seen.report !== undefined) },
  }),

  hostCheck("life:open:half-written", {
    given: fc.record({
      calls: fc.nat(10),
      half: fc.constantFrom("", '\u001e{"jsonrpc":"2.0","id":"h","meth'),
      code: exitCode,
      opens: fc.boolean(),
    }),
    when: ({ calls, half, code, opens }) => ({
      run: { limits: { runTimeoutMs: 60_000, graceMs: 200 } },
      steps: [
        ...(opens ? [{ do: "open", pipelined: true } as const] : []),
        write(...Array.from({ length: calls }, (_, index) => delay(index, 10_000)), { text: half }),
        { do: "exit", code },
      ],
    }),
    then: (seen, { half, code, opens }) => {
      const ms = (seen.times["ended"] ?? Infinity) - (seen.times["exit"] ?? 0);
      const most = 200 * LATE + 900;
      const expected = `at most ${most} ms after the exit`;
      return [
        outcomeFact(seen, code === 0 && !opens ? "protocol_error" : "failed"),
        outputFact(seen, Buffer.from(half)),
        {
          about: "the report",
          expected,
          actual: ms <= most ? expected : `${Math.round(ms)} ms after the exit`,
        },
      ];
    },
    reach: { count: (_, { opens }) => Number(opens) },
  }),
];
