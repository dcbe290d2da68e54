import { encodeCase } from "../runner/case-codec.js";
import type { CheckResult, Failure, Report } from "./report.js";

/** What a hostile subject might make a report hold. */
export const HOSTILE = `</text><script>alert(1)</script> & "'\u0000\u001b[31m ]]> \`\`\` | # \ud800 \u2028 é😀`;

/** A failure with all there may be in one. */
export function failureForTest(change: Partial<Failure> = {}): Failure {
  return {
    kind: "violation",
    blame: "implementation",
    facts: [
      {
        about: `the response to ${HOSTILE}`,
        expected: encodeCase({ a: -0, b: undefined }),
        actual: HOSTILE,
        at: 1,
      },
      { about: "long", expected: `${"x".repeat(5000)}A tail`, actual: `${"x".repeat(5000)}B tail` },
    ],
    transcript: [
      { at: 0, direction: "note", channel: "process", text: "the host started the probe", size: 26 },
      {
        at: 12.34,
        direction: "to-subject",
        channel: "wire",
        text: '\u001e{"é":1}\n',
        size: 10,
        writes: [1, 4],
      },
      { at: 20, direction: "from-subject", channel: "wire", text: HOSTILE, size: Buffer.byteLength(HOSTILE) },
      { at: 21, direction: "from-subject", channel: "stderr", text: "warning", size: 7 },
      {
        at: 22,
        direction: "from-subject",
        channel: "wire",
        text: `${"a".repeat(1536)}${"b".repeat(256)}`,
        size: 90_000,
        cut: 1536,
      },
      { at: 5000, direction: "from-subject", channel: "control", text: "ended: ok", size: 9 },
    ],
    stderr: `panic: ${HOSTILE}\n`,
    given: encodeCase([1, undefined]),
    minimal: true,
    failed: 2,
    of: 2,
    token: "0.1.0/call:id:echo-type/7/0/0",
    ...change,
  };
}

/** A check of a report. */
export function resultForTest(
  id: string,
  verdict: CheckResult["verdict"],
  more: Partial<CheckResult> = {},
): CheckResult {
  return {
    ...{ id, level: "MUST", verdict, sessions: 8, exchanges: 40, reached: 8, floor: 1, ms: 120.5 },
    area: id.split(":")[0] as CheckResult["area"],
    ...(verdict === "fail" || verdict === "flaky" ? { failure: failureForTest() } : {}),
    ...more,
  };
}

/** A report with a check of every verdict. */
export function reportForTest(change: Partial<Report> = {}): Report {
  const checks = change.checks ?? [
    resultForTest("session:open:answered", "pass"),
    resultForTest("call:id:echo-type", "fail"),
    resultForTest("call:response:exactly-one", "flaky", { reason: "failed in 1 of 5 runs of the same case" }),
    resultForTest("call:order:any", "blocked", { reason: "blocked by call:id:echo-type", sessions: 0 }),
    resultForTest("method:whitelist:hidden-is-unknown", "not-exercised", {
      reason: "met its situation 0 times",
    }),
    resultForTest("data:read:range", "not-applicable", {
      reason: "my-host doesn't declare fixture",
      sessions: 0,
    }),
    resultForTest("output:partial-line:kept", "informational", { level: "MAY", reason: HOSTILE }),
    resultForTest("frame:split:any-boundary", "undecided", { reason: "out of time" }),
    resultForTest("limit:frame:too-large", "fail", {
      expected: { expect: "fail", class: "violation", reason: "issue #12 # known", met: true },
    }),
  ];
  return {
    kit: "0.1.0",
    role: "host",
    subject: {
      ...{ role: "host", name: `my-host ${HOSTILE}`, version: "1.2.0", language: "rust", features: [] },
      ...{ protocols: [1], transports: ["stdio"], maxRuns: 8, prints: [] },
    },
    protocol: 1,
    command: ["./my host", "--flag"],
    ...{ seed: 7, profile: "full", planned: checks.length, os: "linux", started: "2026-01-02T03:04:05.678Z" },
    ...{
      verdict: "does-not-conform",
      exitCode: 1,
      complaints: [`the adapter ${HOSTILE}`],
      staleExpectations: ["x is old"],
    },
    ...{ interrupted: false, sessions: 40, exchanges: 160, ms: 1234.5 },
    ...change,
    checks,
  };
}
