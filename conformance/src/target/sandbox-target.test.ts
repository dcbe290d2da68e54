import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judge } from "../runner/judge.js";
import type { SandboxPlan } from "./sandbox-plan.js";
import { startSandboxTarget } from "./sandbox-target.js";
import { KitFault, SubjectError, type StartOptions } from "./target.js";
import { poll } from "./processes.js";
import { ensureOnPath } from "../../../scripts/services/install.js";

ensureOnPath("ps", "procps");

const launcher = fileURLToPath(new URL("../../bin/sandpipe-self-sandbox", import.meta.url));
const options = (command: readonly string[], more: Partial<StartOptions> = {}): StartOptions => ({
  command,
  timeoutScale: 1,
  jobs: 2,
  ...more,
});
const never = new AbortController().signal;

/** Whether any process has this text in its command line. */
function runs(text: string): boolean {
  const lines = execFileSync("ps", ["-eo", "stat,args"], { encoding: "utf8" }).split("\n");
  return lines.some((line) => line.includes(text) && !line.startsWith("Z") && !line.includes("ps -eo"));
}

async function seenOf(command: readonly string[], plan: SandboxPlan, more: Partial<StartOptions> = {}) {
  const target = await startSandboxTarget(options(command, more));
  try {
    return await target.run(plan, never);
  } finally {
    await target.close();
  }
}

describe("starting a sandbox", () => {
  test("that doesn't exist says so", async () => {
    const started = startSandboxTarget(options(["/nowhere/sandbox"]));
    await expect(started).rejects.toThrow(SubjectError);
    await expect(started).rejects.toThrow(/can't be started.*ENOENT/);
  });

  test("that ends before its first frame tells how, and what it wrote to stderr", async () => {
    const started = startSandboxTarget(options(["sh", "-c", "echo no such runtime >&2; exit 7"]));
    await expect(started).rejects.toMatchObject({
      name: "SubjectError",
      message: expect.stringContaining("ended with code 7 before its first frame"),
      stderr: "no such runtime\n",
    });
  });

  test("without a driver file names the option", async () => {
    const started = startSandboxTarget(options([launcher], { driver: "/nowhere/driver.py" }));
    await expect(started).rejects.toThrow(/no driver at \/nowhere\/driver.py.*--driver/);
  });

  test("that says nothing leaves it to the checks, and nothing running", async () => {
    const mark = `sleep 98765.${process.pid}`;
    const target = await startSandboxTarget(options(["sh", "-c", mark], { timeoutScale: 0.02 }));
    const { facts } = await target.run({ steps: [] }, never);
    expect(facts).toMatchObject([{ about: "the driver's next request", expected: "it comes" }]);
    await target.close();
    expect(await poll(() => !runs(mark), 5_000)).toBe(true);
  });

  test.each([
    ["can't be parsed", "export default async (ctx => {};\n"],
    ["throws when it is loaded", 'throw new Error("made for another runtime");\n'],
    ["never asks for work", "export default async () => null;\n"],
  ])("whose driver %s leaves each check undecided and names --driver", async (_, source) => {
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-driver-"));
    const driver = join(folder, "driver.mjs");
    writeFileSync(driver, source);
    const report = await judge({
      ...{ role: "sandbox", command: [launcher], driver, seed: 1, runs: 2 },
      only: ["call:correlate:own-answer", "output:print:whole"],
    }).finally(() => rmSync(folder, { recursive: true }));
    expect(report.verdict).toBe("undecided");
    for (const { verdict, reason, failure } of report.checks) {
      expect(["undecided", "blocked"]).toContain(verdict);
      if (verdict === "blocked") continue;
      expect(reason).toMatch(/^the driver didn't load: .*driver\.mjs never did.*--driver FILE$/s);
      expect(failure?.blame).toBe("adapter");
    }
  });

  test("that fails a driver which has loaded before is to blame itself", async () => {
    const { fault, facts } = await seenOf([launcher], { env: { SANDPIPE_PROTOCOL: "9" }, steps: [] });
    expect(fault).toBeUndefined();
    expect(facts).toMatchObject([{ about: "the driver's next request" }]);
  });

  test("puts the script where {script} stands", async () => {
    const { seen } = await seenOf(["sh", "-c", 'exec "$0" "$1"', launcher, "{script}"], { steps: [] });
    expect(seen?.driver?.name).toBe("sandpipe-javascript");
  });
});

describe("a session", () => {
  test("survives a grandchild outside the group that holds the pipes", async () => {
    const mark = `4321.${process.pid}`;
    const command = ["sh", "-c", `setsid sleep ${mark} & exec "$0" "$1"`, launcher, "{script}"];
    const { seen, facts } = await seenOf(command, { steps: [] });
    for (const line of execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n"))
      if (line.includes(`sleep ${mark}`)) process.kill(Number.parseInt(line, 10), "SIGKILL");
    expect(seen?.results).toEqual([{ ok: true, value: null }]);
    expect(facts).toEqual([]);
    expect(seen?.exit).toEqual({ code: 0, signal: null });
  });

  test.each(["socket", "pipe"] as const)("goes over a %s", async (stdio) => {
    const { seen, facts } = await seenOf([launcher], {
      stdio,
      steps: [
        {
          do: "give",
          steps: [{ n: 1, do: "call", method: "conformance.echo", params: { step: 1 } }],
        },
        { do: "answer", answers: [{ of: 1, result: "é😀" }], cuts: [30, 40, 41, 42] },
        { do: "await-done", of: [1] },
      ],
    });
    expect(facts).toEqual([]);
    expect(seen?.done(1)).toEqual([{ n: 1, result: "é😀" }]);
    expect(seen?.exit).toEqual({ code: 0, signal: null });
  });

  test("is over at once when it is aborted", async () => {
    const target = await startSandboxTarget(options([launcher]));
    const abort = new AbortController();
    const session = target.run({ open: "held", steps: [] }, abort.signal);
    abort.abort();
    await expect(session).rejects.toThrow(/abort/i);
    await target.close();
  });

  test("that would put a malformed case is the kit's own fault", async () => {
    const bad: SandboxPlan = {
      steps: [{ do: "give", steps: [{ n: 1, do: "call", method: "conformance.echo", params: {} }] }],
    };
    await expect(seenOf([launcher], bad)).rejects.toThrow(KitFault);
  });
});

describe("a hurried session", () => {
  test("waits less for what must come, but as long for the start", async () => {
    const target = await startSandboxTarget(options([launcher]));
    const plan: SandboxPlan = {
      steps: [
        { do: "give", steps: [] },
        { do: "await-calls", of: [7] },
      ],
    };
    const waited = async (hurry: boolean): Promise<number> => {
      const { facts } = await target.run(plan, never, { hurry });
      const [fact] = facts;
      expect(fact).toMatchObject({ about: "the calls of steps 7", expected: "it comes" });
      return Number(/nothing within (\d+) ms/.exec(String(fact?.actual))?.[1]);
    };
    // What it waited for is told, not measured.
    expect(await waited(true)).toBeLessThan((await waited(false)) / 2);
    await target.close();
  });
});
