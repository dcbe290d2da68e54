import { expect, test } from "vitest";
import { runProbe } from "./probe-run.js";
import { redactFrame } from "./redact.js";

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
  const redacted = redactFrame(JSON.stringify(frame));
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
        frame: (direction, json) => void (direction === "to-sandbox" && seen.push(json)),
        warning: (message) => void warnings.push(message),
      },
    },
  );
  expect(report.result).toBe("hunter2");
  expect(seen.join()).toContain('"sales"');
  expect(seen.join()).not.toContain("hunter2");
  expect(warnings).toEqual([expect.stringContaining("sales")]);
});
