import { describe, expect, test } from "vitest";
import { formatResult } from "./format-result.js";

describe("results", () => {
  test("an array of flat objects is a table: columns of all rows, numbers to the right, nothing for what is absent", () => {
    expect(formatResult([{ a: 1 }, { a: 10, b: "x" }, { b: null }])).toBe(" a  b\n──  ─\n 1\n10  x\n\n");
  });

  test.each([
    [{ columns: ["a", "b"], rows: [[1, "x"]] }],
    [{ columns: [{ name: "a", type: "INTEGER" }, { name: "b" }], rows: [[1, "x"]] }],
    [{ columns: ["a", "b"], rows: [{ a: 1, b: "x" }], truncated: false }],
  ])("%j is a table", (value) => {
    expect(formatResult(value)).toBe("a  b\n─  ─\n1  x\n");
  });

  test.each([
    [[]],
    [[1, 2]],
    [[{ a: {} }]],
    [{ columns: ["a"], rows: [[1, 2]] }],
    ["text"],
    [{ a: 1 }],
    [[{}]],
  ])("%j is JSON", (value) => expect(JSON.parse(formatResult(value))).toEqual(value));

  test("of a long table the first rows are shown and the rest is counted", () => {
    const text = formatResult(Array.from({ length: 103 }, (_, n) => ({ n })));
    expect(text).toContain("… and 3 more rows");
  });

  test("a value can't forge a line or move the cursor", () => {
    const cell = "x\\ny\\u001b[1A\\u009b";
    expect(formatResult([{ a: "x\ny\u001b[1A\u009b" }])).toBe(`a\n${"─".repeat(cell.length)}\n${cell}\n`);
  });
});
