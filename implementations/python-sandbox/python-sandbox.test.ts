import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, test, describe } from "vitest";
import { ensureOnPath } from "../../scripts/services/install.js";

ensureOnPath("python3", "python3");

const root = resolve(import.meta.dirname, "../..");

describe("the sandbox in Python", () => {
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
