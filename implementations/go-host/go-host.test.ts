import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

const here = import.meta.dirname;
const root = resolve(here, "../..");
const adapter = join(here, "adapter");

const go = (...args: string[]) => spawnSync("go", args, { cwd: here, encoding: "utf8" });
const sandpipe = (...args: string[]) =>
  spawnSync(process.execPath, ["conformance/bin/sandpipe.mjs", ...args, "--", adapter], {
    cwd: root,
    encoding: "utf8",
  });

const compiler = go("version");
const hasGo = compiler.status === 0;

test("Go is installed where this is judged", () => {
  if (hasGo) return expect(compiler.stdout).toMatch(/^go version go1\./);
  console.warn("Go is missing: the Go host was not built, and nothing of it was tested");
  return expect(process.env["CI"], "CI must have Go 1.26 or later on its PATH").toBeUndefined();
});

describe.runIf(hasGo)("the host in Go", () => {
  beforeAll(() => {
    const { status, stderr } = go("build", "-o", adapter, "./cmd/adapter");
    expect(status, stderr).toBe(0);
  });

  test("is formatted and has nothing for go vet", () => {
    const format = spawnSync("gofmt", ["-l", "."], { cwd: here, encoding: "utf8" });
    expect({ status: format.status, unformatted: format.stdout }).toEqual({ status: 0, unformatted: "" });
    const vet = go("vet", "./...");
    expect(vet.status, vet.stderr).toBe(0);
  });

  test("decodes every stream vector and judges every frame vector", () => {
    const { status, stdout, stderr } = go("test", "-count=1", "./...");
    expect(status, stdout + stderr).toBe(0);
  });

  test("plays every session vector that applies to it", () => {
    const { status, stdout } = sandpipe("vectors", "--sessions");
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/^\d+ sessions, 0 wrong, \d+ not applicable\n$/);
  });

  test("conforms to the full profile, but for what it doesn't declare", { timeout: 600_000 }, () => {
    const { status, stdout, stderr } = sandpipe("test", "host", "--profile", "full", "--save", "none");
    expect(status, stdout.slice(-4_000) + stderr).toBe(0);
  });
});
