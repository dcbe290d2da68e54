import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).status === 0;

test("python3, 3.11 or later, is there (asked for in CI only)", ({ skip }) => {
  skip(!python && !process.env.CI, "no python3 >= 3.11: the sandbox in Python is not tested here");
  expect(python).toBe(true);
});

describe.runIf(python)("the sandbox in Python", () => {
  test("passes its own tests and the v1 vectors that concern a sandbox", { timeout: 60_000 }, () => {
    const { status, stderr } = spawnSync(
      "python3",
      ["-m", "unittest", "discover", "-s", "tests", "-t", "."],
      {
        cwd: import.meta.dirname,
        encoding: "utf8",
      },
    );
    expect(status, stderr.slice(-4_000)).toBe(0);
    expect(stderr).toMatch(/Ran [1-9]\d* tests/);
  });

  test("conforms to the core profile, driven by its own driver", { timeout: 300_000 }, () => {
    const here = (name: string) => join(import.meta.dirname, name);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      // prettier-ignore
      ["conformance/bin/sandpipe.mjs", "test", "sandbox", "--profile", "core", "--save", "none",
        "--driver", here("driver.py"), "--", "python3", here("run.py"), "{script}"],
      { cwd: root, encoding: "utf8" },
    );
    expect(status, stdout.slice(-4_000) + stderr).toBe(0);
  });
});
