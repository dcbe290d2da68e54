import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTimeBudget } from "./time-budget.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const budgetOf = (ms: number) => {
  const spent = vi.fn();
  return { spent, budget: createTimeBudget(ms, () => Date.now(), spent) };
};

test("time between two sessions is not spent", () => {
  const { spent, budget } = budgetOf(100);
  budget.enter();
  vi.advanceTimersByTime(60);
  budget.leave();
  vi.advanceTimersByTime(10_000);
  budget.enter();
  vi.advanceTimersByTime(39);
  expect(spent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(spent).toHaveBeenCalledOnce();
});

test("two sessions at once spend the time once", () => {
  const { spent, budget } = budgetOf(100);
  budget.enter();
  budget.enter();
  vi.advanceTimersByTime(60);
  budget.leave();
  vi.advanceTimersByTime(39);
  expect(spent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(spent).toHaveBeenCalledOnce();
});

test("after stop nothing is spent", () => {
  const { spent, budget } = budgetOf(100);
  budget.enter();
  budget.stop();
  budget.leave();
  budget.enter();
  vi.advanceTimersByTime(1_000);
  expect(spent).not.toHaveBeenCalled();
});
