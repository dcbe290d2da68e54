import { expect, test } from "vitest";
import { runProbe } from "../run/probe-run.js";
import { createRedactor, secretsOf } from "./redact.js";

test("passwords, tokens and users in URLs are left out, everything else stays", () => {
  const frame = {
    jsonrpc: "2.0",
    id: "open",
    result: {
      datasources: [
        {
          name: "a",
          kind: "postgres",
          password: "hunter2",
          url: "postgres://me:hunter2@db:5432/x",
          readOnly: true,
        },
        { name: "b", kind: "mysql", url: "mysql://db/x", options: { token: "hunter2" }, readOnly: true },
      ],
    },
  };
  const redacted = createRedactor([]).frame(JSON.stringify(frame));
  expect(redacted).not.toContain("hunter2");
  expect(JSON.parse(redacted)).toMatchObject({
    result: {
      datasources: [
        { name: "a", password: "[redacted]", url: "postgres://[redacted]@db:5432/x" },
        { name: "b", url: "mysql://db/x" },
      ],
    },
  });
});

test("the script gets the password, the trace doesn't, and the host's user is warned", async () => {
  const seen: string[] = [];
  const warnings: string[] = [];
  const report = await runProbe(
    `const { result: opened } = await open(); await result(opened.datasources[0].password);`,
    {
      datasources: [
        { name: "sales", kind: "postgres", url: "postgres://db/x", password: "hunter2", readOnly: true },
      ],
      observer: {
        frame: (_direction, json) => void seen.push(json),
        warning: (message) => void warnings.push(message),
      },
    },
  );
  expect(report.result).toBe("hunter2");
  expect(seen.join()).toContain('"sales"');
  expect(seen.join()).not.toContain("hunter2");
  expect(warnings).toEqual([expect.stringContaining("sales")]);
});

test("a secret that a script repeats is left out, however it is spelt and wherever it stands", () => {
  const secrets = secretsOf([
    { name: "a", kind: "postgres", url: "postgres://me:p%40ss-word@db/x", readOnly: true },
    { name: "b", kind: "mysql", url: "mysql://db/x", password: 'qu"ote-é', readOnly: true },
  ]);
  const { frame, text } = createRedactor(secrets);
  const spellings = [
    JSON.stringify({ params: { a: ["x p@ss-word y"], 'qu"ote-é': 1 } }),
    `{"a":"p\\u0040ss-word","b":"qu\\u0022ote-\\u00e9"}`,
    `no json: p@ss-word, p%40ss-word`,
  ];
  for (const spelling of spellings) {
    const redacted = frame(spelling);
    expect(redacted).toContain("[redacted]");
    expect(redacted.replaceAll("\\u00e9", "é")).not.toMatch(/ss-word|ote-é/);
  }
  expect(text("Authorization: Bearer abc.def-1 to mysql://root:x@h/y")).toBe(
    "Authorization: Bearer [redacted] to mysql://[redacted]@h/y",
  );
});

test("a frame without secrets stays the same value, `__proto__` and all", () => {
  const json = '{"jsonrpc":"2.0","id":1,"method":"m","params":{"__proto__":{"a":1},"constructor":[1,null]}}';
  expect(createRedactor(["secret"]).frame(json)).toBe(json);
});
