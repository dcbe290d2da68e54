import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "without-bwrap-"));
  mkdirSync(join(folder, "bin"));
  symlinkSync(process.execPath, join(folder, "bin/node"));
  copyFileSync(resolve(import.meta.dirname, "../../fixtures/wire.mjs"), join(folder, "wire.mjs"));
  writeFileSync(
    join(folder, "script.mjs"),
    `import { open, result } from "./wire.mjs"; await open(); await result("ran");`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command on a machine whose PATH has this in it and nothing more. */
function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const all = [MAIN, "run", join(folder, "script.mjs"), "--sandbox", process.execPath, ...args];
  const env = { ...process.env, PATH: join(folder, "bin") };
  return new Promise((done) => {
    const child = execFile(process.execPath, all, { env }, (_error, out, err) =>
      done({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

test("auto runs bare, and says so on stderr and in the report", async () => {
  const { code, out, err } = await run("--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ outcome: "ok", isolation: "none", result: "ran" });
  expect(err).toMatch(/^warning: .*without isolation.*bubblewrap/);
});

test("none runs bare and has nothing to say", async () => {
  expect(await run("--isolation", "none")).toMatchObject({ code: 0, err: "" });
});

test("bwrap refuses in one line that says what to do: exit 69", async () => {
  const { code, out, err } = await run("--isolation", "bwrap");
  expect({ code, out }).toEqual({ code: 69, out: "" });
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(err).toMatch(/bubblewrap.*auto or none/);
});

test("a bwrap that is there and doesn't work is none either", async () => {
  writeFileSync(
    join(folder, "bin/bwrap"),
    "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n",
    {
      mode: 0o755,
    },
  );
  const { code, err } = await run("--isolation", "bwrap");
  expect(code).toBe(69);
  expect(err).toContain("No permissions");
});
