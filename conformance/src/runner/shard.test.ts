import { describe, expect, test } from "vitest";
import { echoes, integers, judgeFake, right } from "./fake-checks.js";
import { selectChecks } from "./judge.js";
import { parseShard, shardOf } from "./shard.js";
import { UsageError } from "./usage-error.js";

describe("shards", () => {
  test.each([1, 2, 3, 7])("of %i share out every check exactly once", (of) => {
    const all = Array.from({ length: 20 }, (_, index) => `call:a:x${index}`);
    const parts = Array.from({ length: of }, (_, index) => shardOf(all, { index: index + 1, of }));
    expect(parts.flat().sort()).toEqual([...all].sort());
  });

  test.each(["0/2", "3/2", "1", "1/0", "a/b", "1/2/3", "-1/2"])("%s is refused, with an example", (text) => {
    expect(() => parseShard(text)).toThrow(/such as 2\/4/);
  });

  test("beyond the number of checks are a usage error", () => {
    const checks = [{ id: "call:a:b" }];
    expect(() => selectChecks(checks, { shard: { index: 2, of: 2 } })).toThrow(UsageError);
  });
});

describe("a budget of time", () => {
  test("is used for further cases, each of them new, until it is over", async () => {
    const seen: string[] = [];
    const interrupt = new AbortController();
    const note = (plan: unknown) => {
      seen.push(JSON.stringify(plan));
      if (seen.length === 40) interrupt.abort();
      return right(plan);
    };
    const report = await judgeFake(note, [echoes("call:a:b", integers)], {
      ...{ runs: 4, jobs: 1, maxMs: 600_000 },
      signal: interrupt.signal,
    });
    expect(report.checks[0]).toMatchObject({ verdict: "pass" });
    expect(report.sessions).toBeGreaterThanOrEqual(36);
    // A few integers come twice by chance; the same round again and again would leave four.
    expect(new Set(seen).size).toBeGreaterThan(20);
  });

  test("that ends before a check's first cases leaves it undecided", async () => {
    const report = await judgeFake(right, [echoes("call:a:b", integers)], { maxMs: 0 });
    expect(report).toMatchObject({
      exitCode: 2,
      checks: [{ verdict: "undecided", reason: "out of time (--max-time): ran 0 of 6 sessions" }],
    });
  });

  test("finds what fails only in a later round, and tells of it once", async () => {
    let count = 0;
    const late = (plan: unknown) => (++count > 30 ? { seen: { value: "no" } } : right(plan));
    const told: string[] = [];
    const report = await judgeFake(late, [echoes("call:a:b", integers)], {
      maxMs: 60_000,
      shrinkMs: 0,
      onResult: ({ verdict }) => told.push(verdict),
    });
    expect(report.exitCode).toBe(1);
    expect(told).toEqual(["pass", "fail"]);
    expect(report.checks[0]?.sessions).toBeGreaterThan(30);
  });
});
