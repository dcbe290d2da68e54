import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { judge } from "../runner/judge.js";
import { selfCommand } from "../mutants/judge-mutant.js";

const root = resolve(import.meta.dirname, "../../..");
const seed = Number(process.env["SANDPIPE_TEST_SEED"] ?? 1);
const sandbox = resolve(root, "reference-sandbox/bin/sandpipe-sandbox");

/** Everything that must be green by version 0: the kit's own subjects, and the references in both runtimes. */
const SUBJECTS = [
  ["the kit's own host", "host", selfCommand("host")],
  [
    "the reference host",
    "host",
    [process.execPath, resolve(root, "reference-host/bin/sandpipe-host.mjs"), "adapter"],
  ],
  ["the kit's own sandbox", "sandbox", selfCommand("sandbox")],
  ["the reference sandbox in Bun", "sandbox", [sandbox, "--runtime", "bun", "{script}"]],
  ["the reference sandbox in Node", "sandbox", [sandbox, "--runtime", "node", "{script}"]],
] as const;

describe("by version 0", { timeout: 600_000 }, () => {
  test.each(SUBJECTS)("%s conforms", async (_, role, command) => {
    const report = await judge({ role, protocol: 0, command, seed, timeoutScale: 4 });
    const wrong = report.checks.filter(({ verdict }) => !["pass", "informational"].includes(verdict));
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect(report).toMatchObject({ protocol: 0, verdict: "conforms", exitCode: 0 });
  });
});
