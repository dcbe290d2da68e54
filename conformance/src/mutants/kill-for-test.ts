import { describe, expect, test } from "vitest";
import { checkIds } from "../checks/index.js";
import { ROWS } from "../runner/roles.js";
import type { Role, Version } from "../target/target.js";
import { mutantsOf } from "./index.js";
import { judgeMutant } from "./judge-mutant.js";
import { PAIRS } from "./pairs.js";

/** Another seed can be tried: SANDPIPE_TEST_SEED=7. More of them: `npm run mutants`. */
const seed = Number(process.env["SANDPIPE_TEST_SEED"] ?? 1);

/** Tests that each mutant of a role and version is killed by the check of its own row, and that each pair of faults is found. */
export function testMutants(role: Role, version: Version): void {
  const mutants = mutantsOf(role, version);
  const checked = checkIds(role, version);
  const rows = ROWS[version];

  describe(`the ${role} mutants of version ${version}`, () => {
    test("have names of their own", () => {
      const names = mutants.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    });

    test("leave no check without one, but those that only tell what was seen", () => {
      const broken = new Set(mutants.map(({ breaks }) => breaks));
      expect(checked.filter((id) => rows.get(id)?.level !== "MAY" && !broken.has(id))).toEqual([]);
    });

    test("break rows of their role that have a check", () => {
      const homeless = mutants.filter(
        ({ breaks }) => !checked.includes(breaks) || rows.get(breaks)?.role !== role,
      );
      expect(homeless).toEqual([]);
    });
  });

  // Most of a mutant's time is spent waiting for what never comes: several wait at once.
  describe.concurrent(`a ${role} mutant is killed by the check of its own row`, { timeout: 240_000 }, () => {
    test.each(mutants)("$name", async ({ name, breaks }) => {
      expect(await verdicts(role, [name], [breaks]), `seed ${seed}`).toEqual([`${breaks}: fail`]);
    });
  });

  const pairs = version === 0 ? [] : PAIRS.filter((pair) => pair.role === role);
  if (pairs.length === 0) return;
  describe.concurrent(`each of two ${role} faults is found`, { timeout: 240_000 }, () => {
    test.each(pairs.map((pair) => ({ ...pair, name: pair.faults.join(" and ") })))(
      "$name",
      async ({ faults, masked }) => {
        const rows = faults
          .filter((name) => name !== masked)
          .map((name) => mutants.find((mutant) => mutant.name === name)?.breaks ?? name);
        const seen = await verdicts(role, faults, rows);
        expect(seen, `seed ${seed}`).toEqual(rows.map((id) => `${id}: fail`).sort());
      },
    );
  });
}

/** What the checks of these rows say; a failure without a fact, or for which the adapter is blamed, says so. */
async function verdicts(role: Role, faults: readonly string[], rows: readonly string[]): Promise<string[]> {
  const report = await judgeMutant(role, faults, { seed, only: rows });
  return report.checks
    .filter(({ id }) => rows.includes(id))
    .map(({ id, verdict, reason, failure }) => {
      if (verdict !== "fail") return `${id}: ${verdict} ${reason ?? ""}`;
      if (!failure || failure.facts.length === 0) return `${id}: fails without a fact`;
      return failure.blame === "adapter" ? `${id}: the adapter is blamed` : `${id}: fail`;
    })
    .sort();
}
