import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KitFault, type Session } from "../target/target.js";
import { echoes, integers, judgeFake, idOf, right, valueOf } from "./fake-checks.js";
import { createFakeTarget, fakeRow, type FakeSeen } from "./fake-target.js";
import { judgeTarget, type JudgeSettings } from "./judge.js";

describe("the verdict", () => {
  test("is conforms, exit 0, when every check passes", async () => {
    const report = await judgeFake(right, [echoes("call:a:b", integers), echoes("call:a:c", integers)]);
    expect(report).toMatchObject({ verdict: "conforms", exitCode: 0, sessions: 12, exchanges: 12 });
  });

  test("is does-not-conform, exit 1, when a MUST fails", async () => {
    const report = await judgeFake(() => ({ seen: { value: "no" } }), [echoes("call:a:b", integers)]);
    expect(report).toMatchObject({ verdict: "does-not-conform", exitCode: 1, checks: [{ verdict: "fail" }] });
  });

  test.each([
    ["full", 0],
    ["strict", 1],
  ] as const)("with a failing SHOULD in profile %s is exit %i", async (profile, exitCode) => {
    const checks = [echoes("call:a:b", integers), echoes("call:a:c", integers)];
    const wrongC = (plan: unknown) => (idOf(plan) === "call:a:c" ? { seen: { value: "no" } } : right(plan));
    const report = await judgeFake(wrongC, checks, { profile }, {}, [["call:a:c", { level: "SHOULD" }]]);
    expect(report.exitCode).toBe(exitCode);
    expect(report.checks[1]).toMatchObject({ verdict: "fail", level: "SHOULD" });
  });

  test("of a MAY is never red, and says what was seen", async () => {
    const checks = [echoes("call:a:b", integers), echoes("call:a:c", integers)];
    const wrongC = (plan: unknown) =>
      idOf(plan) === "call:a:c" ? { seen: { value: "other" } } : right(plan);
    const report = await judgeFake(wrongC, checks, { profile: "strict" }, {}, [
      ["call:a:c", { level: "MAY" }],
    ]);
    expect(report.exitCode).toBe(0);
    expect(report.checks[1]).toMatchObject({ verdict: "informational", reason: "the echo: other" });
  });

  test("is undecided, exit 2, when a check never meets its situation", async () => {
    const check = echoes("call:a:b", integers, { reach: { count: () => 1, floor: 7 } });
    const report = await judgeFake(right, [check]);
    expect(report).toMatchObject({
      verdict: "undecided",
      exitCode: 2,
      checks: [{ verdict: "not-exercised", reached: 6 }],
    });
  });

  test.each([
    [1, 1, 2],
    [3, 3, 6],
    [6, 6, 12],
    [60, 60, 120],
  ])(
    "asks of %i runs for a proportion of the reach: %i sessions, %i times",
    async (runs, sessions, floor) => {
      const met = { reach: { count: () => 2, floor: 12 } };
      const report = await judgeFake(right, [echoes("call:a:b", integers, met)], { runs });
      expect(report.checks[0]).toMatchObject({ verdict: "pass", sessions, floor });
    },
  );

  test("runs more sessions of a check that has few of its own, in proportion, and at least one", async () => {
    const few = echoes("call:a:b", integers, { runs: 3, reach: { count: () => 1, floor: 3 } });
    const sessions = async (runs: number): Promise<unknown> =>
      (await judgeFake(right, [few], { runs })).checks.map((check) => [check.sessions, check.floor]);
    expect(await Promise.all([1, 2, 6, 24].map(sessions))).toEqual([
      [[1, 1]],
      [[1, 1]],
      [[3, 3]],
      [[12, 12]],
    ]);
  });

  test("counts a session without facts as one in which the situation was not met", async () => {
    const report = await judgeFake(right, [echoes("call:a:b", integers, { then: () => [] })]);
    expect(report.checks[0]).toMatchObject({ verdict: "not-exercised", reached: 0 });
  });

  test("is exit 70 when a check itself is wrong, and the other checks are judged", async () => {
    const broken = echoes("call:a:b", integers, {
      then: () => {
        throw new TypeError("x is undefined");
      },
    });
    const report = await judgeFake(right, [broken, echoes("call:a:c", integers)]);
    expect(report).toMatchObject({ verdict: "kit-fault", exitCode: 70 });
    expect(report.checks[0]).toMatchObject({
      verdict: "kit-fault",
      reason: expect.stringContaining("call:a:b"),
    });
    expect(report.checks[1]).toMatchObject({ verdict: "pass" });
  });

  // R55
  test("is exit 70 when the target finds a fault of the kit", async () => {
    const report = await judgeFake(
      () => Promise.reject(new KitFault("own frame")),
      [echoes("call:a:b", integers)],
    );
    expect(report).toMatchObject({ exitCode: 70, checks: [{ reason: "own frame" }] });
  });

  test("is undecided when the adapter broke its protocol: nothing is known of the implementation", async () => {
    const fault = { kind: "adapter", message: 'sent "run" 1' } as const;
    const report = await judgeFake(() => ({ fault }), [echoes("call:a:b", integers)]);
    expect(report).toMatchObject({ exitCode: 2 });
    expect(report.checks[0]).toMatchObject({
      verdict: "undecided",
      reason: 'sent "run" 1',
      failure: { blame: "adapter" },
    });
  });

  test.each(["crash", "hang"] as const)("of a %s is a failure, whatever the check expects", async (kind) => {
    const check = echoes("call:a:b", integers, { then: () => [{ about: "x", expected: 1, actual: 1 }] });
    const report = await judgeFake(
      () => ({ seen: { value: 1 }, fault: { kind, message: "it is gone" } }),
      [check],
    );
    expect(report.checks[0]).toMatchObject({
      verdict: "fail",
      failure: { kind, facts: [{ actual: "it is gone" }] },
    });
  });

  test("of what every session demands fails without the check saying so", async () => {
    const facts = [{ about: "a response", expected: "it comes", actual: "nothing" }];
    const report = await judgeFake((plan) => ({ ...right(plan), facts }), [echoes("call:a:b", integers)]);
    expect(report.checks[0]).toMatchObject({ verdict: "fail", failure: { facts } });
  });

  test("compares values as the wire does: −0 is 0, members in any order", async () => {
    const given = fc.constant({ a: -0, b: 1 });
    const report = await judgeFake(() => ({ seen: { value: { b: 1, a: 0 } } }), [echoes("call:a:b", given)]);
    expect(report.exitCode).toBe(0);
  });

  test("is undecided when a check runs out of time", async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const target = createFakeTarget(never);
    const hanging = {
      ...target,
      run: (_plan: unknown, signal: AbortSignal) =>
        new Promise<never>((_, fail) => signal.addEventListener("abort", () => fail(new Error("aborted")))),
    };
    const rows = new Map([["call:a:b", fakeRow("call:a:b")]]);
    const report = await judgeTarget(
      hanging,
      { checks: [echoes("call:a:b", integers)], rows },
      { checkMs: 50 },
    );
    expect(report.checks[0]).toMatchObject({
      verdict: "undecided",
      reason: expect.stringContaining("out of time"),
    });
  });
});

describe("a failure", () => {
  test("is shrunk to the smallest case, whose token and case are in the report", async () => {
    const wrong = (plan: unknown) => ({
      seen: { value: (valueOf(plan) as number) >= 137 ? "no" : valueOf(plan) },
    });
    const report = await judgeFake(wrong, [echoes("call:a:b", integers)]);
    expect(report.checks[0]?.failure).toMatchObject({ given: 137, minimal: true, failed: 2, of: 2 });
    expect(report.checks[0]?.failure?.token).toMatch(/^\d+\.\d+\.\d+\/call:a:b\/7\/\d+\/0/);
  });

  test("is told of the lowest index, however many run at once", async () => {
    const big = fc.integer({ min: 1, max: 1_000_000 });
    const wrong = (plan: unknown) => ({
      seen: { value: (valueOf(plan) as number) > 500_000 ? "no" : valueOf(plan) },
    });
    const tokens = await Promise.all(
      [1, 3, 16].map(async (jobs) => {
        const report = await judgeFake(
          wrong,
          [echoes("call:a:b", big)],
          { jobs, shrinkMs: 0, runs: 32 },
          { maxRuns: 16 },
        );
        return report.checks[0]?.failure?.token;
      }),
    );
    expect(new Set(tokens).size).toBe(1);
  });

  test("that doesn't repeat is flaky, k of n, and leaves the verdict open", async () => {
    const once = (plan: unknown, count: number) => (count === 3 ? { seen: { value: "no" } } : right(plan));
    const report = await judgeFake(once, [echoes("call:a:b", integers)], { jobs: 1 });
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2 });
    expect(report.checks[0]).toMatchObject({ verdict: "flaky", failure: { failed: 1, of: 5 } });
  });

  test("that repeats later than at once counts, with how often it failed", async () => {
    const twice = (plan: unknown, count: number) =>
      count === 1 || count === 4 ? { seen: { value: "no" } } : right(plan);
    const report = await judgeFake(twice, [echoes("call:a:b", integers)], { jobs: 1 });
    expect(report.checks[0]).toMatchObject({
      verdict: "fail",
      failure: { failed: 2, of: 4, minimal: false },
    });
  });

  test("is not minimal when the budget for shrinking ends first, and never takes much longer", async () => {
    const slow = async (): Promise<Partial<Session<FakeSeen>>> => {
      await new Promise((done) => setTimeout(done, 5));
      return { seen: { value: "no" } };
    };
    const deep = fc.array(fc.integer({ min: 1000, max: 2_000_000_000 }), { minLength: 50, maxLength: 60 });
    const report = await judgeFake(slow, [echoes("call:a:b", deep)], { shrinkMs: 30 });
    expect(report.checks[0]).toMatchObject({ verdict: "fail", failure: { minimal: false } });
    expect(report.sessions).toBeLessThan(60);
  });

  test("whose smaller case passes with the whole deadline is reported as it came", async () => {
    // In a hurry everything seems to fail; with the whole deadline only the case itself does.
    const target = createFakeTarget(right);
    const hasty: typeof target = {
      ...target,
      run: async (plan, signal, options) => {
        const session = await target.run(plan, signal);
        const fails = options?.hurry === true || (valueOf(plan) as number) > 1000;
        return fails ? { ...session, seen: { value: "no" } } : session;
      },
    };
    const rows = new Map([["call:a:b", fakeRow("call:a:b")]]);
    const report = await judgeTarget(
      hasty,
      { checks: [echoes("call:a:b", fc.integer({ min: 0, max: 5000 }))], rows },
      { seed: 7 },
    );
    expect(report.checks[0]?.failure?.minimal).toBe(false);
    expect(report.checks[0]?.failure?.given).toBeGreaterThan(1000);
  });

  test("of an earlier run is tried first, and keeps its token", async () => {
    const plans: unknown[] = [];
    const wrong = (plan: unknown) => {
      plans.push(valueOf(plan));
      return valueOf(plan) === 4242 ? { seen: { value: "no" } } : right(plan);
    };
    const earlier = new Map([
      ["call:a:b", { given: 4242, token: "0.0.1/call:a:b/1/1/0", minimal: true, whole: false }],
    ]);
    const report = await judgeFake(wrong, [echoes("call:a:b", integers)], { earlier });
    expect(plans[0]).toBe(4242);
    expect(report.checks[0]).toMatchObject({
      verdict: "fail",
      failure: { token: "0.0.1/call:a:b/1/1/0", given: 4242 },
    });
  });
});

describe("cases", () => {
  const casesOf = async (settings: JudgeSettings, ids: readonly string[]): Promise<Map<string, string[]>> => {
    const seen = new Map<string, string[]>();
    const note = (plan: unknown) => {
      seen.set(idOf(plan), [...(seen.get(idOf(plan)) ?? []), JSON.stringify(valueOf(plan))].sort());
      return right(plan);
    };
    await judgeFake(
      note,
      ids.map((id) => echoes(id, fc.object())),
      settings,
      { maxRuns: 16 },
    );
    return seen;
  };

  test("of a check are the same whatever else runs and however many at once", async () => {
    const all = await casesOf({ jobs: 1 }, ["call:a:b", "call:a:c", "call:a:d"]);
    const alone = await casesOf({ jobs: 8 }, ["call:a:c"]);
    expect(alone.get("call:a:c")).toEqual(all.get("call:a:c"));
    expect(new Set(all.get("call:a:c")).size).toBeGreaterThan(1);
  });

  test("differ by seed and by check", async () => {
    const one = await casesOf({ seed: 1 }, ["call:a:b", "call:a:c"]);
    const two = await casesOf({ seed: 2 }, ["call:a:b"]);
    expect(one.get("call:a:b")).not.toEqual(two.get("call:a:b"));
    expect(one.get("call:a:b")).not.toEqual(one.get("call:a:c"));
  });

  test("of fewer runs are the first of more", async () => {
    const few = await casesOf({ runs: 2 }, ["call:a:b"]);
    const many = await casesOf({ runs: 8 }, ["call:a:b"]);
    expect(many.get("call:a:b")).toEqual(expect.arrayContaining(few.get("call:a:b") ?? ["none"]));
  });

  test("are fewer, in proportion, where a session is dear", async () => {
    const dear = echoes("call:a:b", integers, { runs: 2 });
    const counts = await Promise.all(
      [6, 12, 1].map(async (runs) => (await judgeFake(right, [dear], { runs })).checks[0]?.sessions),
    );
    expect(counts).toEqual([2, 4, 1]);
  });
});

describe("the end", () => {
  test("closes the target, also when a check breaks", async () => {
    const target = createFakeTarget(() => Promise.reject(new Error("unexpected")));
    const rows = new Map([["call:a:b", fakeRow("call:a:b")]]);
    await expect(judgeTarget(target, { checks: [echoes("call:a:b", integers)], rows }, {})).rejects.toThrow(
      "unexpected",
    );
    expect(target.closed()).toBe(true);
  });

  test("comes at the first failure with --bail", async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `call:a:x${index}`);
    const checks = ids.map((id) => echoes(id, integers));
    const wrong = (plan: unknown) => (idOf(plan) === ids[0] ? { seen: { value: "no" } } : right(plan));
    const report = await judgeFake(wrong, checks, { bail: true, jobs: 1, shrinkMs: 0 });
    expect(report.exitCode).toBe(1);
    expect(report.checks.at(-1)).toMatchObject({ verdict: "undecided", reason: "the run was interrupted" });
  });

  test("is told check by check as it comes", async () => {
    const told: string[] = [];
    await judgeFake(right, [echoes("call:a:b", integers), echoes("call:a:c", integers)], {
      onResult: ({ id, verdict }) => told.push(`${id} ${verdict}`),
    });
    expect(told.sort()).toEqual(["call:a:b pass", "call:a:c pass"]);
  });
});
