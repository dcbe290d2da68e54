import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { echoes, idOf, integers, judgeFake, right } from "../runner/fake-checks.js";
import { parseExpectations, writeExpectations } from "./expectations-file.js";
import type { Expectation } from "./expectations.js";

const where = { transport: "stdio", os: "linux", checks: ["call:a:b", "call:a:c"] } as const;
const parse = (text: string) => parseExpectations(text, "known.yaml", where);
const known: Expectation = { id: "call:a:b", expect: "fail", class: "violation", reason: "issue 1" };
const checks = [echoes("call:a:b", integers), echoes("call:a:c", integers)];
const wrongB = (plan: unknown) => (idOf(plan) === "call:a:b" ? { seen: { value: "no" } } : right(plan));

describe("an expected failure", () => {
  test("that comes doesn't count", async () => {
    const report = await judgeFake(wrongB, checks, { expectations: [known] });
    expect(report).toMatchObject({ verdict: "conforms", exitCode: 0, staleExpectations: [] });
    expect(report.checks[0]).toMatchObject({ verdict: "fail", expected: { met: true, reason: "issue 1" } });
  });

  test("that passes is an error", async () => {
    const report = await judgeFake(right, checks, { expectations: [known] });
    expect(report.exitCode).toBe(1);
    expect(report.staleExpectations).toEqual([
      expect.stringMatching(/^call:a:b is expected to fail and passes/),
    ]);
  });

  test("of another class counts as any failure does", async () => {
    const report = await judgeFake(wrongB, checks, { expectations: [{ ...known, class: "crash" }] });
    expect(report).toMatchObject({ exitCode: 1, checks: [{ expected: { met: false } }, {}] });
  });

  test("is never met by what could not be run", async () => {
    const fault = { kind: "adapter", message: "broken" } as const;
    const report = await judgeFake((plan) => (idOf(plan) === "call:a:b" ? { fault } : right(plan)), checks, {
      expectations: [known],
    });
    expect(report).toMatchObject({
      exitCode: 2,
      checks: [{ verdict: "undecided", expected: { met: false } }, {}],
    });
  });

  test("that doesn't apply is an error", async () => {
    const rows = [["call:a:b", { feature: "fixture" }]] as const;
    const report = await judgeFake(right, checks, { expectations: [known] }, {}, [...rows]);
    expect(report.exitCode).toBe(1);
    expect(report.staleExpectations[0]).toContain("is not-applicable");
  });

  test("of a check that isn't selected says nothing", async () => {
    const report = await judgeFake(right, checks.slice(1), { expectations: [known] });
    expect(report.exitCode).toBe(0);
  });

  test("that is flaky may fail, fail now and then, or pass", async () => {
    const flaky: Expectation = { ...known, expect: "flaky" };
    const once = (plan: unknown, count: number) => (count === 3 ? { seen: { value: "no" } } : right(plan));
    for (const respond of [wrongB, right, once]) {
      const report = await judgeFake(respond, checks, { expectations: [flaky], jobs: 1 });
      expect(report.exitCode).toBe(0);
    }
  });

  test("doesn't end a run that ends at the first failure", async () => {
    const report = await judgeFake(wrongB, checks, { expectations: [known], bail: true, jobs: 1 });
    expect(report).toMatchObject({ exitCode: 0, checks: [{}, { verdict: "pass" }] });
  });
});

describe("an expectations file", () => {
  const entry = "- id: call:a:b\n  expect: fail\n  class: violation\n";

  test("is a list of entries, of which those for another place are left out", () => {
    const other = entry.replace("a:b", "a:c");
    const text = `${entry}  reason: known\n${other}  url: https://example.org/1\n  os: win32\n${other}  reason: x\n  transport: http\n`;
    expect(parse(text)).toEqual([{ id: "call:a:b", expect: "fail", class: "violation", reason: "known" }]);
    expect(parse("# nothing yet\n")).toEqual([]);
  });

  test.each([
    [entry, "known.yaml:1: call:a:b needs a reason or a url"],
    [`${entry}  reason: "  "\n`, "needs a reason or a url"],
    [`\n\n${entry}  reason: x\n  resaon: y\n`, 'known.yaml:3: unknown member "resaon"'],
    [`- id: call:a:b\n  class: crash\n  reason: x\n`, "expect is missing"],
    [`${entry.replace("violation", "slow")}  reason: x\n`, "class is one of violation, crash, hang"],
    [`${entry.replace("a:b", "a:z")}  reason: x\n`, '"call:a:z" is no check of this kit'],
    [`${entry}  reason: x\n${entry}  reason: y\n`, "known.yaml:5: call:a:b has two entries"],
    [`id: call:a:b\n`, "is a list of entries"],
    [`- [\n`, "known.yaml: "],
  ])("is refused with the line and what to do: %j", (text, said) => {
    expect(() => parse(text)).toThrow(said);
  });

  test("as it is written wants a reason of each entry, and is met once it has them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sandpipe-test-"));
    try {
      const path = join(folder, "known.yaml");
      const report = await judgeFake(wrongB, checks);
      expect(writeExpectations(path, report.checks)).toBe(1);
      const text = readFileSync(path, "utf8");
      expect(() => parse(text)).toThrow("call:a:b needs a reason");
      const expectations = parse(text.replace('reason: ""', "reason: issue 1"));
      expect((await judgeFake(wrongB, checks, { expectations })).exitCode).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
