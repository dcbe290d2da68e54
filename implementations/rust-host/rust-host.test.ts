import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

const here = import.meta.dirname;
const root = resolve(here, "../..");
const adapter = join(here, "target/debug/rust-host-adapter");

// Where rustup puts it, which a login shell alone has on its PATH.
const env = { ...process.env, PATH: [process.env["PATH"], join(homedir(), ".cargo/bin")].join(delimiter) };
const cargo = (...args: string[]) => spawnSync("cargo", args, { cwd: here, encoding: "utf8", env });
const sandpipe = (...args: string[]) =>
  spawnSync(process.execPath, ["conformance/bin/sandpipe.mjs", ...args, "--", adapter], {
    cwd: root,
    encoding: "utf8",
  });

const compiler = cargo("--version");
const hasCargo = compiler.status === 0;
/** Two cores compile some seventy crates in a minute or two; a busy machine takes longer. */
const COMPILING = { timeout: 1_800_000 };

test("Rust is installed where this is judged", () => {
  if (hasCargo) return expect(compiler.stdout).toMatch(/^cargo 1\./);
  console.warn("Rust is missing: the Rust host was not built, and nothing of it was tested");
  return expect(process.env["CI"], "CI must have Rust 1.88 or later on its PATH").toBeUndefined();
});

describe.runIf(hasCargo)("the host in Rust", () => {
  beforeAll(() => {
    const { status, stderr } = cargo("build", "--locked");
    expect(status, stderr).toBe(0);
  }, COMPILING.timeout);

  test("is formatted, and clippy has nothing to say", COMPILING, () => {
    const format = cargo("fmt", "--check");
    expect(format.status, format.stdout + format.stderr).toBe(0);
    const clippy = cargo("clippy", "--locked", "--all-targets", "--", "-D", "warnings");
    expect(clippy.status, clippy.stderr).toBe(0);
  });

  test("decodes, judges and plays the vectors in its own tests", COMPILING, () => {
    const { status, stdout, stderr } = cargo("test", "--locked");
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/test result: ok\. [1-9]/);
  });

  test.each([
    ["sessions", "--sessions", /^\d+ sessions, 0 wrong, 0 not applicable\n$/],
    ["HTTP exchanges", "--http", /^\d+ HTTP sessions, 0 wrong, 0 not applicable\n$/],
  ])("plays every vector of %s", (_, flag, last) => {
    const { status, stdout } = sandpipe("vectors", flag);
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(last);
  });

  test("conforms to the strict profile", { timeout: 900_000 }, () => {
    const { status, stdout, stderr } = sandpipe("test", "host", "--profile", "strict", "--save", "none");
    expect(status, stdout.slice(-4_000) + stderr).toBe(0);
  });
});
