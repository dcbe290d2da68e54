import * as fc from "fast-check";
import { printedText } from "../../arbitraries/print.js";
import { hostCheck, type HostCheck } from "../check.js";
import { outcomeFact, outputFact, shown } from "./facts.js";
import { BARRIER, call, delay, echo, opened, write } from "./steps.js";

/** Exits that end a run. */
const exitCode = fc.constantFrom(0, 1, 3);

/** Checks of runs whose process ends by itself, in the order of their rows. */
export const lifeExitChecks: readonly HostCheck[] = [
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

  // R19: golang/go#23019. Whoever waits for the pipes misses the deadline that every run has for its report.
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
    then: (seen) => [
      outcomeFact(seen, "ok"),
      {
        about: "processes of the sandbox's own group after the report",
        expected: 0,
        actual: seen.grandchildren.filter(({ setsid, alive }) => !setsid && alive).length,
      },
    ],
    reach: { count: (seen) => seen.grandchildren.filter(({ setsid }) => setsid).length },
    runs: 3,
  }),

  hostCheck("life:end:stranger-writes", {
    given: fc.record({
      writes: fc.constantFrom("now and then" as const, "without end" as const),
      stream: fc.constantFrom("stdout" as const, "stderr" as const),
      print: printedText,
    }),
    when: ({ writes, stream, print }) => ({
      // Long beside a pause that the writer may make on a busy machine: who waits for silence must not find one.
      run: { limits: { graceMs: 1_000, maxOutputBytes: 65_536 } },
      steps: [
        { do: "open" },
        { do: "write", stream, parts: [{ text: print }] },
        { do: "written" },
        { do: "spawn", setsid: true, writes, stream },
        { do: "end" },
      ],
    }),
    then: (seen, { stream, print }) => {
      const all = stream === "stdout" ? seen.output : seen.stderr;
      return [
        outcomeFact(seen, "ok"),
        {
          about: `what ${stream} begins with in the report`,
          expected: shown(Buffer.from(print)),
          actual: shown(all.subarray(0, Buffer.byteLength(print))),
        },
      ];
    },
    reach: { count: (seen) => seen.grandchildren.length },
    runs: 4,
  }),

  // R20: tokio-rs/tokio#2685
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
    given: fc.record({ closed: fc.constantFrom(1 as const, 0 as const, "both" as const), code: exitCode }),
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

  hostCheck("life:host-death:child-dies", {
    given: fc.constantFrom("before the open", "idle", "with calls running"),
    when: (when) => ({
      steps: [
        ...(when === "before the open" ? [] : [{ do: "open" } as const]),
        ...(when === "with calls running" ? [write(delay("running", 10_000)), BARRIER] : []),
        { do: "kill-host" },
        { do: "linger" },
      ],
    }),
    then: (seen) => [
      {
        about: "the sandbox's process after the host's death",
        expected: "gone",
        actual: seen.probeAlive ? "alive" : "gone",
      },
    ],
    reach: { count: (seen) => Number("host-killed" in seen.times) },
    runs: 2,
  }),

  // R21: nteract/papermill#127
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

  // R14: modelcontextprotocol/typescript-sdk#1564
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

  // R22: n8n-io/n8n#36556
  hostCheck("life:open:half-written", {
    given: fc.record({
      calls: fc.nat(10),
      half: fc.constantFrom("", '\u001e{"jsonrpc":"2.0","id":"h","meth'),
      code: exitCode,
      opens: fc.constantFrom(true, true, true, false),
    }),
    when: ({ calls, half, code, opens }) => ({
      run: { limits: { runTimeoutMs: 60_000, graceMs: 200 } },
      steps: [
        ...(opens ? [{ do: "open", pipelined: true } as const] : []),
        write(...Array.from({ length: calls }, (_, index) => delay(index, 10_000)), { text: half }),
        { do: "exit", code },
      ],
    }),
    then: (seen, { half, code, opens }) => [
      outcomeFact(seen, code === 0 && !opens ? "protocol_error" : "failed"),
      outputFact(seen, Buffer.from(half)),
    ],
    reach: { count: (_, { opens }) => Number(opens) },
  }),
];
