import * as fc from "fast-check";
import { expect, test } from "vitest";
import { shrinkCase } from "../runner/shrink.js";
import { commandList } from "./command-list.js";

test("a long list shrinks to the two commands that fail, and those to their smallest, within few attempts", async () => {
  const given = commandList(fc.nat(1_000), 60, 60);
  const seed = Math.floor(Math.random() * 2 ** 31);
  let attempts = 0;
  const fails = (some: unknown): Promise<boolean> => {
    attempts++;
    return Promise.resolve((some as number[]).filter((one) => one >= 10).length >= 2);
  };
  const [made = []] = fc.sample(given, { seed, path: "0", numRuns: 1 });
  if (!(await fails(made))) return;
  const shrunk = await shrinkCase(given, seed, { budgetMs: Infinity, width: 1, now: () => 0 }, fails);
  expect(shrunk, `seed ${seed}`).toMatchObject({ given: [10, 10], minimal: true });
  expect(attempts, `seed ${seed}`).toBeLessThan(1_000);
});
