import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensureOnPath } from "../../../scripts/services/install.js";
import { runSandpipe } from "./run-cli-for-test.js";

ensureOnPath("python3", "python3");
const has = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0;
const LANGUAGES = [
  ["node", true],
  ["python", true],
  ["go", has("go", "version")],
  ["rust", has("cargo", "--version")],
] as const;

describe("sandpipe init", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
  });
  afterEach(() => {
    // Go's module cache is written without the right to delete.
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(LANGUAGES.filter(([, there]) => there))(
    "%s: what it says comes next works as it stands",
    async (language) => {
      const made = await runSandpipe(folder, ["init", language]);
      expect(made.code).toBe(0);
      const steps = made.out.split("Next:\n")[1]?.trim().split("\n") ?? [];
      const [smoke = ""] = steps.slice(-1);
      for (const build of steps.slice(0, -1))
        execFileSync("sh", ["-c", build.trim()], { cwd: folder, stdio: "pipe" });
      const command = smoke.split(" -- ")[1]?.split(" ") ?? [];
      const { code, out } = await runSandpipe(folder, ["smoke", "host", "--", ...command]);
      expect(out).not.toContain("✗");
      expect({ code, last: out.trim().split("\n").at(-1) }).toMatchObject({
        code: 0,
        last: expect.stringContaining("It is wired up"),
      });
    },
  );

  test("overwrites nothing", async () => {
    expect((await runSandpipe(folder, ["init", "python", "mine"])).code).toBe(0);
    const before = readFileSync(join(folder, "mine/adapter.py"), "utf8");
    const again = await runSandpipe(folder, ["init", "python", "mine"]);
    expect(again).toMatchObject({
      code: 64,
      err: expect.stringContaining("mine/adapter.py is there already"),
    });
    expect(readFileSync(join(folder, "mine/adapter.py"), "utf8")).toBe(before);
  });

  test.each([
    [["init"], "which language? There are"],
    [["init", "pyhton"], "did you mean python?"],
    [["init", "cobol"], 'no adapter in "cobol"'],
    [["init", "go", "a", "b"], "one word too many"],
  ])("%j is exit 64 and says what to do", async (args, said) => {
    expect(await runSandpipe(folder, args)).toMatchObject({
      code: 64,
      out: "",
      err: expect.stringContaining(said),
    });
  });
});
