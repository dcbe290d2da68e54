import { describe, expect, test } from "vitest";
import { redactHead, redactResult } from "./redact-report.js";
import { createRedact, redactCommand, REDACTED } from "./redact.js";
import { failureForTest, reportForTest, resultForTest } from "./report-for-test.js";

const env = {
  MY_API_TOKEN: "s3cr3t-value-1",
  DB_PASSWORD: "hunter2hunter2",
  SHORT_TOKEN: "abc",
  HOME: "/home/someone",
};
const redact = createRedact(env);

describe("a report", () => {
  test.each([
    ["Authorization: Bearer abcdef0123456789", `Authorization: Bearer ${REDACTED}`],
    ["postgres://me:hunter22@db/x", `postgres://me:${REDACTED}@db/x`],
    ["--api-token=abc123", `--api-token=${REDACTED}`],
    ["SANDPIPE_HTTP_TOKEN=abc123 x", `SANDPIPE_HTTP_TOKEN=${REDACTED} x`],
    ['{"SANDPIPE_HTTP_TOKEN":"a\\"bc"}', `{"SANDPIPE_HTTP_TOKEN":"${REDACTED}"}`],
    ["it printed s3cr3t-value-1 and hunter2hunter2", `it printed ${REDACTED} and ${REDACTED}`],
    ["abc /home/someone token secret", "abc /home/someone token secret"],
  ])("shows %j as %j", (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  test("is without secrets in its command, facts, transcript and stderr; the case stays as it was", () => {
    const secret = env.MY_API_TOKEN;
    const failure = failureForTest({
      facts: [{ about: secret, expected: { a: [secret] }, actual: secret }],
      transcript: [
        { at: 0, direction: "note", channel: "process", text: secret, size: 14 },
        {
          at: 1,
          direction: "note",
          channel: "process",
          text: `${secret}-end`,
          size: 9999,
          cut: secret.length,
        },
      ],
      stderr: secret,
      given: secret,
    });
    const result = redactResult(
      resultForTest("call:id:echo-type", "fail", { failure, reason: secret }),
      redact,
    );
    expect(JSON.stringify({ ...result, failure: { ...result.failure, given: null } })).not.toContain(secret);
    expect(result.failure?.given).toBe(secret);
    expect(result.failure?.transcript[1]).toMatchObject({ text: `${REDACTED}-end`, cut: REDACTED.length });
    const head = redactHead(reportForTest({ command: ["./x", "--token", "abc", secret] }), redact);
    expect(head.command).toEqual(["./x", "--token", REDACTED, REDACTED]);
  });

  test("keeps a flag that follows a flag with a secret's name", () => {
    expect(redactCommand(["x", "--auth-token", "--verbose"], redact)).toEqual([
      "x",
      "--auth-token",
      "--verbose",
    ]);
  });
});
