import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hostCheck } from "../checks/check.js";
import type { CheckResult, Report } from "../report/report.js";
import { judgeTarget, type JudgeSettings } from "../runner/judge.js";
import { startHostTarget } from "./host-target.js";
import { isAlive, poll } from "./processes.js";
import { SubjectError } from "./target.js";

const ADAPTER = fileURLToPath(new URL("./fixtures/tiny-adapter.mjs", import.meta.url));
const ROW = "call:response:exactly-one";

/** One echo a session; the third of the cases is what some adapters can't stand. */
const poisonOf = (index: number): boolean => index === 2;
const echoes = (cases: number) =>
  hostCheck(ROW, {
    given: fc.constantFrom(...Array.from({ length: cases }, (_, index) => ({ index }))),
    when: ({ index }) => ({
      steps: [
        { do: "open" },
        {
          do: "write",
          parts: [
            {
              frame: {
                jsonrpc: "2.0",
                id: "a",
                method: "conformance.echo",
                params: poisonOf(index) ? { index, poison: true } : { index },
              },
            },
          ],
        },
        { do: "await", ids: ["a"] },
      ],
    }),
    then: (seen, { index }) => {
      const expected = poisonOf(index) ? { index, poison: true } : { index };
      return [{ about: 'the response to "a"', expected, actual: seen.answers("a")[0]?.value["result"] }];
    },
    reach: { count: (seen) => seen.answers("a").length },
  });

describe("a host's adapter", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const pidFile = (): string => join(folder, "pids");
  /** Every process that the adapter started is gone soon after the run. */
  const expectNothingLeft = async (): Promise<void> => {
    const pids = readFileSync(pidFile(), "utf8").trim().split("\n").map(Number);
    const left = (): number[] => pids.filter(isAlive);
    await poll(() => left().length === 0, 5_000);
    expect(left()).toEqual([]);
  };

  const judgeAdapter = async (
    mode: string,
    settings: JudgeSettings & { cases?: number; scale?: number } = {},
  ): Promise<{ report: Report; result: CheckResult | undefined }> => {
    const { cases = 2, scale = 0.4, ...rest } = settings;
    const command = [process.execPath, ADAPTER, mode, pidFile()];
    const target = await startHostTarget({ command, timeoutScale: scale, jobs: 8 });
    const report = await judgeTarget(target, { checks: [echoes(cases)] }, { seed: 1, runs: 3, shrinkMs: 2_000, ...rest });
    return { report, result: report.checks[0] };
  };

  test("that is right passes, and nothing of it is left running", async () => {
    const { report, result } = await judgeAdapter("right", { scale: 1 });
    expect(result).toMatchObject({ verdict: "pass", sessions: 3, exchanges: 9, reached: 3 });
    expect(report).toMatchObject({ verdict: "conforms", exitCode: 0, complaints: [] });
    await expectNothingLeft();
  });

  // R02 (line-separators), R49 (log-line), R50 (noisy-stderr)
  test.each(["log-line", "floods", "noisy-stderr", "line-separators"])(
    "that prints or carries what is no control message (%s) is judged all the same",
    async (mode) => {
      const { report } = await judgeAdapter(mode, { scale: 2 });
      expect(report).toMatchObject({ verdict: "conforms", exitCode: 0, complaints: [] });
      await expectNothingLeft();
    },
  );

  test.each([
    ["crash-at-start", "exited with code 3", "cannot find libfoo.so"],
    ["silent", 'didn\'t answer "describe"', ""],
    ["forks-away", "exited with code 0 and left 1 of its processes outside its group", ""],
  ])("that never describes itself (%s) can't be started", async (mode, why, stderr) => {
    const start = judgeAdapter(mode, { scale: 0.1 });
    await expect(start).rejects.toThrow(SubjectError);
    await expect(start).rejects.toThrow(why);
    await start.catch((error: SubjectError) => expect(error.stderr).toContain(stderr));
    await expectNothingLeft();
  });

  test("that isn't there can't be started, and the message names it", async () => {
    const start = startHostTarget({ command: ["/nonexistent/adapter"], timeoutScale: 1, jobs: 1 });
    await expect(start).rejects.toThrow(/\/nonexistent\/adapter.*could not be started.*ENOENT/);
  });

  // R49
  test.each([
    ["run-as-number", '"run" 1; expected one of the open runs, as a string: "r1"'],
    ["no-outcome", "/report must have required property 'outcome'"],
  ])("that reports wrongly (%s) is to blame itself: nothing is known of the host", async (mode, why) => {
    const { report, result } = await judgeAdapter(mode, { scale: 1 });
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2 });
    expect(result).toMatchObject({ verdict: "undecided", failure: { kind: "adapter", blame: "adapter" } });
    expect(result?.reason).toContain(why);
    await expectNothingLeft();
  });

  // R49
  test("that ends unknown runs while several are open is to blame itself", async () => {
    const { report, result } = await judgeAdapter("unknown-run");
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2 });
    expect(`${result?.reason} ${report.complaints.join(" ")}`).toMatch(
      /"run" "r\d-other"; expected one of the open/,
    );
    await expectNothingLeft();
  });

  // R49
  test("that ends a run twice costs no other run, but leaves the verdict open", async () => {
    const { report, result } = await judgeAdapter("ended-twice", { scale: 1 });
    expect(result).toMatchObject({ verdict: "pass", sessions: 3 });
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2 });
    expect(report.complaints[0]).toContain('sent "ended" twice for run "r1"');
    await expectNothingLeft();
  });

  test("that ignores runs and cancels hangs", async () => {
    const { report, result } = await judgeAdapter("never-ends");
    expect(report).toMatchObject({ verdict: "does-not-conform", exitCode: 1 });
    expect(result).toMatchObject({
      verdict: "fail",
      failure: { kind: "hang", blame: "adapter-or-implementation" },
    });
    expect(result?.failure?.facts[0]?.actual).toContain("never ended the run");
    await expectNothingLeft();
  });

  test("that ends a run in words that are no JSON is to blame itself, and the words are shown", async () => {
    const { report, result } = await judgeAdapter("not-json");
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2 });
    expect(result).toMatchObject({ verdict: "undecided", failure: { kind: "adapter", blame: "adapter" } });
    expect(result?.failure?.stderr).toContain("[stdout] ended r1: ok");
    await expectNothingLeft();
  });

  test("whose host never answers fails for the missing answer", async () => {
    const { result } = await judgeAdapter("never-answers");
    expect(result).toMatchObject({
      verdict: "fail",
      failure: { kind: "violation", blame: "implementation" },
    });
    expect(result?.failure?.facts[0]).toMatchObject({ about: 'a response to "a"', expected: "it comes" });
    await expectNothingLeft();
  });

  test.each([
    ["crash-on-poison", "crash", "exited with code 101"],
    ["hang-on-poison", "hang", "never ended the run"],
  ])(
    "that goes down in one of several runs (%s): that one is named, the others are judged",
    async (mode, kind, why) => {
      const { result } = await judgeAdapter(mode, { cases: 8, runs: 16, jobs: 8 });
      expect(result).toMatchObject({ verdict: "fail", failure: { kind, given: { index: 2 } } });
      expect(result?.failure?.facts[0]?.actual).toContain(why);
      await expectNothingLeft();
    },
  );

  test("that goes down shows its last words beside the failure", async () => {
    const { result } = await judgeAdapter("crash-on-poison", { cases: 8, runs: 16 });
    expect(result?.failure?.stderr).toContain("panic: poisoned");
  });

  test("that won't exit is killed, with all that it started, and said so", async () => {
    const { report } = await judgeAdapter("never-exits", { scale: 0.4 });
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2 });
    expect(report.complaints[0]).toContain("told to exit, the adapter was killed by SIGKILL");
    await expectNothingLeft();
  });

  test("that exits with another code than 0 when told to is said so", async () => {
    const { report } = await judgeAdapter("exits-with-5", { scale: 1 });
    expect(report.complaints).toEqual([expect.stringContaining("exited with code 5")]);
  });

  test("that leaves a child in its group at its exit leaves nothing behind", async () => {
    const { report } = await judgeAdapter("keeps-child", { scale: 1 });
    expect(report.exitCode).toBe(0);
    await expectNothingLeft();
  });

  test("is ended when the whole run is interrupted", async () => {
    const interrupted = new AbortController();
    const run = judgeAdapter("never-answers", { scale: 20, signal: interrupted.signal });
    await poll(() => {
      try {
        // The adapter and the first probe: a session is under way, and awaits what never comes.
        return readFileSync(pidFile(), "utf8").trim().split("\n").length > 1;
      } catch {
        return false;
      }
    }, 30_000);
    interrupted.abort();
    const { report } = await run;
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2, interrupted: true });
    await expectNothingLeft();
  });
});
