import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { CheckResult } from "../report/report.js";
import { judge } from "../runner/judge.js";
import { PREREQUISITES } from "../runner/run-checks.js";
import { SubjectError, type Role } from "../target/target.js";

const SEED = Number(process.env["SANDPIPE_TEST_SEED"] ?? 1);

/** What even such a subject does as it should, by its kind, and what isn't met by it at all. */
const MET: Readonly<Record<Role, Readonly<Record<string, readonly string[]>>>> = {
  host: {
    // It opens a session, spawns a process and writes its few frames as it should.
    "*": [
      "frame:send:well-formed",
      "session:open:limits-told",
      "life:environment:contract",
      "life:descriptors:none-leaked",
      // Its child is in its own group, which is killed with it.
      "life:host-death:child-dies",
    ],
    accepts: ["call:params:absent", "result:accepted:acknowledged", "life:end:exit-not-eof"],
    refuses: ["error:internal:no-leak", "error:kind:present", "result:missing:failed"],
    unknown: ["error:kind:present", "result:missing:failed"],
  },
  // It ends when it is told to.
  sandbox: { "*": ["life:eof:exits"] },
};

const isMet = (role: Role, kind: string, id: string): boolean =>
  [...(MET[role]["*"] ?? []), ...(MET[role][kind] ?? [])].includes(id);

function commandOf(role: Role, kind: string): readonly string[] {
  const file = fileURLToPath(new URL(`./fixtures/${role}.mjs`, import.meta.url));
  return [process.execPath, file, kind, ...(role === "sandbox" ? ["{script}"] : [])];
}

/** The MUST checks that reach the subject; without the prerequisites nothing is blocked. */
async function verdicts(
  role: Role,
  kind: string,
  skip: readonly string[] = [],
): Promise<readonly CheckResult[]> {
  const command = commandOf(role, kind);
  // What never comes is awaited for a shorter while; one session shows it.
  const { checks } = await judge({
    ...{ role, command, skip, seed: SEED, runs: 1, jobs: 8 },
    ...{ shrinkMs: 0, timeoutScale: 0.15, checkMs: 100_000 },
  });
  return checks.filter(({ level, verdict }) => level === "MUST" && verdict !== "not-applicable");
}

const idsOf = (
  checks: readonly CheckResult[],
  ...wanted: readonly CheckResult["verdict"][]
): readonly string[] => checks.filter(({ verdict }) => wanted.includes(verdict)).map(({ id }) => id);

// Nearly all of the time is spent waiting for what never comes.
describe.concurrent.each(["host", "sandbox"] as const)("a trivial %s", { timeout: 900_000 }, (role) => {
  const [first = ""] = PREREQUISITES[1][role];

  test.each(["silent", "echoes"])(
    "that is %s fails the first check, and all others wait for it",
    async (kind) => {
      const checks = await verdicts(role, kind);
      expect(idsOf(checks, "fail")).toEqual([first]);
      expect(idsOf(checks, "blocked")).toHaveLength(checks.length - 1);
    },
  );

  test.each(["accepts", "refuses", "unknown", "echoes"])(
    "that %s fails every MUST check, also where none waits for another",
    async (kind) => {
      const checks = await verdicts(role, kind, PREREQUISITES[1][role]);
      expect(checks.length).toBeGreaterThan(30);
      const unfailed = checks.filter(({ id, verdict }) => verdict !== "fail" && !isMet(role, kind, id));
      expect(unfailed.map(({ id, verdict, reason }) => `${id} ${verdict} ${reason ?? ""}`)).toEqual([]);
    },
  );
});

test("a host whose adapter exits at each run fails the first check, and all others wait for it", async () => {
  const checks = await verdicts("host", "exits");
  expect(idsOf(checks, "fail")).toEqual(PREREQUISITES[1].host);
  expect(idsOf(checks, "blocked")).toHaveLength(checks.length - 1);
});

test("a sandbox that exits at once is told so, not judged", async () => {
  await expect(verdicts("sandbox", "exits")).rejects.toThrow(SubjectError);
});
