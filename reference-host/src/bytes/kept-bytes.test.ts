import { describe, expect, test } from "vitest";
import { createBudget, createKeptBytes } from "./kept-bytes.js";

const textOf = (kept: { toBase64(): string }): string => Buffer.from(kept.toBase64(), "base64").toString();

describe("kept bytes", () => {
  test("hold what came, in order, across blocks", () => {
    const kept = createKeptBytes(createBudget(1_000_000));
    const parts = ["a".repeat(65_535), "bc", "d".repeat(200_000), ""];
    for (const part of parts) kept.append(Buffer.from(part));
    expect(textOf(kept)).toBe(parts.join(""));
    expect(kept).toMatchObject({ count: 265_537, truncated: false });
  });

  test("beyond the budget bytes are counted and not kept, and what is kept is a prefix", () => {
    const budget = createBudget(5);
    const kept = createKeptBytes(budget);
    kept.append(Buffer.from("abcdefg"));
    budget.give(10);
    kept.append(Buffer.from("hi"));
    expect(textOf(kept)).toBe("abcde");
    expect(kept).toMatchObject({ count: 9, truncated: true });
  });

  test("exactly the budget is no loss", () => {
    const kept = createKeptBytes(createBudget(3));
    kept.append(Buffer.from("abc"));
    expect(kept.truncated).toBe(false);
  });
});
