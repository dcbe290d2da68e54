import { describe, expect, test } from "vitest";
import { echoes, idOf, integers, judgeFake, PRE, right } from "./fake-checks.js";
import { selectChecks } from "./judge.js";
import { UsageError } from "./usage-error.js";

describe("prerequisites", () => {
  const wrongPre = (plan: unknown) => (idOf(plan) === PRE ? { seen: { value: "no" } } : right(plan));

  test("that fail are red, and what stands on them is blocked by them, not run", async () => {
    const report = await judgeFake(wrongPre, [echoes("call:a:b", integers), echoes(PRE, integers)]);
    expect(report.exitCode).toBe(1);
    expect(report.checks[0]).toMatchObject({ verdict: "blocked", reason: `blocked by ${PRE}`, sessions: 0 });
    expect(report.checks[1]).toMatchObject({ verdict: "fail" });
  });

  test("that are not among the selected checks block nothing", async () => {
    const report = await judgeFake(wrongPre, [echoes("call:a:b", integers)]);
    expect(report.exitCode).toBe(0);
  });

  test("of a check's own are what it stands on", async () => {
    const wrongC = (plan: unknown) => (idOf(plan) === "call:a:c" ? { seen: { value: "no" } } : right(plan));
    const checks = [echoes("call:a:b", integers, { after: ["call:a:c"] }), echoes("call:a:c", integers)];
    const report = await judgeFake(wrongC, checks);
    expect(report.checks[0]).toMatchObject({ verdict: "blocked", reason: "blocked by call:a:c" });
  });
});

describe("what applies", () => {
  // R48
  test("leaves out a feature that isn't declared, and runs one that is", async () => {
    const checks = [echoes("call:a:b", integers), echoes("call:a:c", integers, { needs: ["spawn"] })];
    const rows = [["call:a:b", { feature: "fixture" }]] as const;
    const without = await judgeFake(right, [...checks, echoes("call:a:d", integers)], {}, {}, [...rows]);
    expect(without.checks.map(({ verdict }) => verdict)).toEqual([
      "not-applicable",
      "not-applicable",
      "pass",
    ]);
    expect(without.exitCode).toBe(0);
    const features = ["fixture", "spawn"];
    const declared = await judgeFake(right, checks, {}, { features }, [...rows]);
    expect(declared.checks.map(({ verdict }) => verdict)).toEqual(["pass", "pass"]);
  });

  test("judges nothing is not conforming", async () => {
    const rows = [["call:a:b", { feature: "fixture" }]] as const;
    const report = await judgeFake(right, [echoes("call:a:b", integers)], {}, {}, [...rows]);
    expect(report).toMatchObject({ verdict: "undecided", exitCode: 2 });
  });

  test("is bounded by the profile", async () => {
    const checks = [echoes("call:a:b", integers), echoes("call:a:c", integers)];
    const report = await judgeFake(right, checks, { profile: "core" }, {}, [
      ["call:a:c", { profile: "full" }],
    ]);
    expect(report.checks.map(({ id }) => id)).toEqual(["call:a:b"]);
  });

  test("is what --only and --skip leave; a glob that matches nothing is a usage error", () => {
    const checks = ["call:a:b", "call:a:c", "frame:a:b"].map((id) => ({ id }));
    const idsOf = (settings: Parameters<typeof selectChecks>[1]) =>
      selectChecks(checks, settings).map(({ id }) => id);
    expect(idsOf({ only: ["call"] })).toEqual(["call:a:b", "call:a:c"]);
    expect(idsOf({ only: ["*:b"], skip: ["frame:*"] })).toEqual(["call:a:b"]);
    expect(() => idsOf({ only: ["call", "clal:*"] })).toThrow(UsageError);
    expect(() => idsOf({ skip: ["*"] })).toThrow(UsageError);
  });
});
