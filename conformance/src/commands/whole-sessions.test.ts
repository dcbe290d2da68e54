import { fileURLToPath } from "node:url";
import { REQUIREMENTS } from "@sandpipe/spec/v1/requirements";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPool } from "../runner/pool.js";
import { checkIds } from "../checks/index.js";
import { START } from "../runner/roles.js";
import { createWholeRun } from "../runner/whole-run.js";
import { encodeParts } from "../target/host-parts.js";
import type { Role, StartOptions, Subject, Target } from "../target/target.js";
import { SESSIONS } from "./index.js";
import { hostSession } from "./host/command.js";
import { playHost } from "./host/play.js";
import { sandboxSession } from "./sandbox/command.js";
import { playSandbox } from "./sandbox/play.js";
import type { AnyWholeSession } from "./whole-session.js";

const bin = (name: string): string => fileURLToPath(new URL(`../../bin/${name}`, import.meta.url));
const seed = Number(process.env["SANDPIPE_TEST_SEED"] ?? 1);
const subject: Subject = {
  ...{ role: "sandbox", name: "any", version: "1", language: "any", features: ["emit", "progress"] },
  ...{ protocols: [1], transports: ["stdio"], maxRuns: 1, prints: [] },
};

describe("a whole session", () => {
  test("is a valid plan whatever commands it is made of, and whatever shrinking leaves of them", () => {
    fc.assert(
      fc.property(hostSession, fc.infiniteStream(fc.boolean()), (given, keep) => {
        const left = <T>(list: readonly T[]): T[] => list.filter(() => keep.next().value);
        for (const some of [given, { ...given, early: left(given.early), open: left(given.open) }])
          for (const step of playHost(some, subject).steps) if (step.do === "write") encodeParts(step.parts);
      }),
      { seed, numRuns: 300 },
    );
    fc.assert(
      fc.property(sandboxSession, (given) => {
        const { steps, calls, settled } = playSandbox(given, subject);
        expect(settled.length).toBeLessThanOrEqual(calls.length);
        expect(steps.at(-1)).toEqual({ do: "await-exit" });
      }),
      { seed, numRuns: 300 },
    );
  });

  test("meets what no check of one row puts together", () => {
    const sessions = fc.sample(hostSession, { seed, numRuns: 200 }).map((given) => playHost(given, subject));
    const meeting = (row: string): number =>
      sessions.filter(({ answers }) => answers.some((answer) => answer.row === row)).length;
    expect(meeting("limit:in-flight:busy")).toBeGreaterThan(20);
    expect(meeting("cancel:call:same-read")).toBeGreaterThan(10);
    const again = sessions.filter(({ answers }) => answers.some(({ use }) => use > 1));
    expect(again.length).toBeGreaterThan(20);
  });
});

describe.each(["host", "sandbox"] as const)("whole sessions of a %s", (role) => {
  test("can be charged to rows that bind it and have a check", () => {
    const rows = new Map(REQUIREMENTS.map((row) => [row.id, row]));
    for (const id of SESSIONS[1][role].rows) {
      expect(rows.get(id), id).toMatchObject({ role });
      expect(checkIds(role, 1), id).toContain(id);
    }
  });
});

/** The rows that whole sessions alone charge. */
async function charged(role: Role, fault?: string): Promise<readonly string[]> {
  const host = [process.execPath, bin("sandpipe-self-host.mjs"), ...(fault === undefined ? [] : [fault])];
  const faulty = fault === undefined ? [] : ["--fault", fault];
  const command = role === "host" ? host : [bin("sandpipe-self-sandbox"), ...faulty, "{script}"];
  const start = { command, jobs: 4, timeoutScale: fault === undefined ? 2 : 0.3 };
  return role === "host"
    ? chargedBy(SESSIONS[1].host, START.host, start)
    : chargedBy(SESSIONS[1].sandbox, START.sandbox, start);
}

async function chargedBy<Plan, Seen>(
  sessions: AnyWholeSession<Plan, Seen>,
  start: (options: StartOptions) => Promise<Target<Plan, Seen>>,
  options: StartOptions,
): Promise<readonly string[]> {
  const target = await start(options);
  try {
    const run = createWholeRun(sessions, target, {
      ...{ seed, from: 0, count: sessions.runs, pool: createPool(Math.min(4, target.subject.maxRuns)) },
      signal: new AbortController().signal,
      isOver: () => false,
    });
    const found = await Promise.all(
      sessions.rows.map(async (row) => ((await run.foundFor(row)) ? [row] : [])),
    );
    expect(run.tally.exchanges).toBeGreaterThan(0);
    return found.flat();
  } finally {
    await target.close();
  }
}

describe("whole sessions alone", { timeout: 120_000 }, () => {
  test.each(["host", "sandbox"] as const)("find nothing in the kit's own %s", async (role) => {
    expect(await charged(role), `seed ${seed}`).toEqual([]);
  });

  test.each([
    ["host", "cancelled-id-goes-silent", "call:duplicate:finished-served"],
    ["host", "violation-forgets-in-flight", "call:duplicate:refused"],
    ["host", "emit-lost-while-full", "session:emit:reported"],
    ["host", "ids-keyed-by-text", "call:id:types-distinct"],
    ["host", "calls-run-on", "result:after:calls-cancelled"],
    ["host", "captured-prints-last", "output:captured:in-order"],
    ["host", "emit-replaced-at-end", "session:emit:same-id-replaces"],
    ["host", "cancel-misses-same-read", "limit:in-flight:cancel-gets-through"],
    ["sandbox", "null-after-error-rejects", "call:result:null-is-success"],
    ["sandbox", "abort-not-sent-after-late", "cancel:signal:sent"],
    ["sandbox", "second-answer-shifts", "call:correlate:settles-once"],
  ] as const)("charge a %s with the fault %s to %s", async (role, fault, row) => {
    expect(await charged(role, fault), `seed ${seed}`).toContain(row);
  });
});
