import { describe, expect, test } from "vitest";
import { ROWS } from "../runner/roles.js";
import { diffReports, diffText } from "./diff.js";
import { gridMarkdown, gridOf } from "./grid.js";
import { htmlGrid } from "./html/html-grid.js";
import { mergeReports } from "./merge.js";
import { reportForTest, resultForTest } from "./report-for-test.js";
import type { CheckResult, Report } from "./report.js";

const of = (name: string, checks: readonly CheckResult[], change: Partial<Report> = {}): Report => {
  const base = reportForTest({ checks, complaints: [], staleExpectations: [], ...change });
  return { ...base, subject: { ...base.subject, name } };
};
const echo = (verdict: CheckResult["verdict"]) => resultForTest("call:id:echo-type", verdict);
const open = (verdict: CheckResult["verdict"]) => resultForTest("session:open:answered", verdict);
const shard = (index: number, result: CheckResult, change: Partial<Report> = {}) =>
  of("a", [result], { shard: { index, of: 2 }, ...change });

describe("merging", () => {
  test("joins the shards of one run, and judges the whole", () => {
    const [whole, ...more] = mergeReports([shard(2, echo("fail")), shard(1, open("pass"))]);
    expect(more).toEqual([]);
    expect(whole).toMatchObject({ verdict: "does-not-conform", exitCode: 1, planned: 2, sessions: 80 });
    expect(whole?.shard).toBeUndefined();
    const good = mergeReports([shard(2, echo("pass")), shard(1, open("pass"))]);
    expect(good).toMatchObject([{ verdict: "conforms", exitCode: 0 }]);
  });

  test.each([
    ["a missing shard", [shard(1, open("pass"))], "wrong: 2"],
    ["a shard twice", [shard(1, open("pass")), shard(1, open("pass")), shard(2, echo("pass"))], "wrong: 1"],
    [
      "another seed",
      [shard(1, open("pass")), shard(2, echo("pass"), { seed: 8 })],
      "differ in their seed: 7, 8",
    ],
    ["one check in two", [shard(1, open("pass")), shard(2, open("pass"))], "hold session:open:answered"],
    [
      "two whole reports of one subject",
      [of("a", [open("pass")]), of("a", [open("fail")])],
      "one name and one report",
    ],
  ])("refuses %s", (_, reports, said) => {
    expect(() => mergeReports(reports)).toThrow(said);
  });

  test("puts several subjects side by side, in the order of the requirements", () => {
    const grid = gridOf(
      mergeReports([of("a", [echo("fail"), open("pass")]), of("b", [open("pass")])]),
      ROWS[1],
    );
    expect(grid.subjects).toMatchObject([
      { name: "a 1.2.0 (host)", checks: 2, passed: 1 },
      { name: "b 1.2.0 (host)", checks: 1, passed: 1 },
    ]);
    expect(grid.lines.find(({ id }) => id === "call:id:echo-type")?.verdicts).toEqual(["fail", undefined]);
    const markdown = gridMarkdown(grid);
    expect(markdown).toContain("| `call:id:echo-type` | MUST | ✗ |  |");
    expect(markdown).toContain("| **passed** |  | 1/2 | 1/1 |");
    expect(htmlGrid(grid)).toContain("call:id:echo-type");
  });
});

describe("a difference", () => {
  test("names what broke, what was mended, what came and what went", () => {
    const before = of("a", [echo("pass"), open("fail"), resultForTest("call:order:any", "pass")]);
    const after = of("a", [echo("fail"), open("pass"), resultForTest("data:read:range", "pass")]);
    const found = diffReports(before, after);
    expect(found.worse).toBe(true);
    expect(Object.fromEntries(found.changes.map(({ id, kind }) => [id, kind]))).toEqual({
      "call:id:echo-type": "broken",
      "session:open:answered": "fixed",
      "call:order:any": "gone",
      "data:read:range": "added",
    });
    expect(diffText(before, after, found)).toContain("broken   call:id:echo-type: pass → fail");
  });

  test("of the same report is none, and of better ones is not worse", () => {
    const [bad, good] = [of("a", [echo("fail")]), of("a", [echo("pass")])];
    expect(diffReports(bad, bad)).toEqual({ changes: [], worse: false });
    expect(diffReports(bad, good).worse).toBe(false);
  });

  test("needs two reports of one role", () => {
    expect(() => diffReports(of("a", []), of("a", [], { role: "sandbox" }))).toThrow("no check in common");
  });
});
