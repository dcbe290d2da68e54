import { fileURLToPath } from "node:url";
import { REQUIREMENTS } from "@sandpipe/spec/v1/requirements";
import { describe, expect, test } from "vitest";
import { SANDBOX_CHECKS } from "../../checks/index.js";
import { judge } from "../../runner/judge.js";
import { SANDBOX_MUTANTS } from "./index.js";

const launcher = fileURLToPath(new URL("../../../bin/sandpipe-self-sandbox", import.meta.url));
const SEED = 1;

const rows = new Map(REQUIREMENTS.map((row) => [row.id, row]));
const checked = new Set(SANDBOX_CHECKS.map(({ id }) => id));

describe("the sandbox mutants", () => {
  test("have names of their own", () => {
    const names = SANDBOX_MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(SANDBOX_CHECKS.map(({ id }) => id))("leave no check without one: %s", (id) => {
    expect(rows.get(id)).toMatchObject({ role: "sandbox" });
    expect(SANDBOX_MUTANTS.filter(({ breaks }) => breaks === id)).not.toEqual([]);
  });

  test.each(SANDBOX_MUTANTS)("break a row that has a check: $name", ({ breaks }) => {
    expect([...checked]).toContain(breaks);
  });
});

describe.concurrent("is killed by the check of its own row", { timeout: 240_000 }, () => {
  test.each(SANDBOX_MUTANTS)("$name", async ({ name, breaks }) => {
    const report = await judge({
      role: "sandbox",
      command: [launcher, "--fault", name, "{script}"],
      only: [breaks],
      profile: "strict",
      seed: SEED,
      // What such a fault withholds never comes, however long one waits.
      timeoutScale: 0.4,
      shrinkMs: 200,
    });
    const result = report.checks.find(({ id }) => id === breaks);
    expect(result, JSON.stringify(result?.reason)).toMatchObject({ id: breaks, verdict: "fail" });
    expect(result?.failure?.facts.length).toBeGreaterThan(0);
    expect(result?.failure?.blame).toBe("implementation");
  });
});
