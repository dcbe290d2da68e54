import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { ensureOnPath } from "../../scripts/services/install.js";

ensureOnPath("python3", "python3");

const root = resolve(import.meta.dirname, "../..");
const sandpipe = (...args: string[]) =>
  spawnSync(
    process.execPath,
    ["conformance/bin/sandpipe.mjs", ...args, "--", "python3", join(import.meta.dirname, "adapter.py")],
    { cwd: root, encoding: "utf8" },
  );

test("host.py is 60 lines of code, none wider than 120 columns", () => {
  const lines = readFileSync(join(import.meta.dirname, "host.py"), "utf8").split("\n");
  expect(lines.filter((line) => line.trim() !== "" && !line.trim().startsWith('"""'))).toHaveLength(60);
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
});

test("it passes its own tests, which play the kit's vectors", { timeout: 60_000 }, () => {
  const { status, stderr } = spawnSync("python3", ["-m", "unittest", "discover", "-s", "tests", "-t", "."], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  expect(status, stderr.slice(-4_000)).toBe(0);
  expect(stderr).toMatch(/Ran [1-9]\d* tests/);
});

// That it conforms to the core profile shows scripts/start-pages.test.ts, which takes these files out of the page.
test("it plays every session vector that applies to it", () => {
  const { status, stdout } = sandpipe("vectors", "--sessions");
  expect({ status, stdout }).toEqual({ status: 0, stdout: "48 sessions, 0 wrong, 15 not applicable\n" });
});
