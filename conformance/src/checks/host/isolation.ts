import * as fc from "fast-check";
import type { InsideFindings } from "../../probe/inside-plan.js";
import type { HostPlan } from "../../target/host-plan.js";
import type { HostSeen } from "../../target/host-seen.js";
import type { InsideStep } from "../../target/isolation-bait.js";
import { hostCheck, type Fact, type HostCheck } from "../check.js";
import { fileOf, plan } from "./store-plans.js";

/** The least that RLIMIT_DATA may bound without harm to a runtime's JIT; a control group can bound it as well. */
const MEMORY_BYTES = 2_684_354_560;
const TOO_MUCH_BYTES = 2_952_790_016;

/** The same script bare and then isolated: what isolation forbids is shown to work without it. */
function bareAndIsolated(...inside: readonly InsideStep[]): HostPlan {
  const steps = [{ do: "linger" }] as const;
  return { earlier: { run: { isolation: "none" }, inside, steps }, run: { isolation: "own" }, inside, steps };
}

/** What was found bare, and what isolated. */
function bothFacts<T>(
  seen: HostSeen,
  about: string,
  pick: (found: InsideFindings & { readonly left: boolean }) => T,
  expected: { readonly bare: T; readonly isolated: T },
): Fact[] {
  const found = ({ inside, report }: HostSeen): unknown =>
    inside === undefined ? `nothing: the run was ${report?.outcome ?? "never ended"}` : pick(inside);
  return [
    ...(seen.earlier === undefined
      ? []
      : [{ about: `${about}, run bare`, expected: expected.bare, actual: found(seen.earlier) }]),
    { about: `${about}, isolated`, expected: expected.isolated, actual: found(seen) },
  ];
}

const counted = (seen: HostSeen): number => Number(seen.inside !== undefined);

/** Checks of the feature `isolation`, in the order of their rows: one run each, for a run shows all of it. */
export const isolationChecks: readonly HostCheck[] = [
  hostCheck("life:isolation:no-network", {
    given: fc.constant("reach"),
    when: () => bareAndIsolated({ act: "reach" }),
    then: (seen) =>
      bothFacts(seen, "the kit's listener is reached", ({ reached = [] }) => reached.length > 0, {
        bare: true,
        isolated: false,
      }),
    reach: { count: counted },
    runs: 1,
  }),

  hostCheck("life:isolation:no-host-files", {
    given: fc.constant("read"),
    when: () => bareAndIsolated({ act: "read" }),
    then: (seen) => [
      ...bothFacts(seen, "files of the kit's are read", ({ read = [] }) => read.length > 0, {
        bare: true,
        isolated: false,
      }),
      ...bothFacts(seen, "a file in its scratch folder", ({ scratch }) => scratch, {
        bare: "done",
        isolated: "done",
      }),
    ],
    reach: { count: counted },
    runs: 1,
  }),

  hostCheck("life:isolation:no-processes", {
    given: fc.constant("look"),
    when: () => bareAndIsolated({ act: "look" }, { act: "leave" }),
    then: (seen) => [
      ...bothFacts(seen, "a process of the kit's is seen", ({ saw }) => saw, { bare: true, isolated: false }),
      ...bothFacts(seen, "a process that left the group outlives the run", ({ left }) => left, {
        bare: true,
        isolated: false,
      }),
    ],
    reach: { count: counted },
    runs: 1,
  }),

  hostCheck("life:isolation:reported", {
    given: fc.constant("reported"),
    when: () => bareAndIsolated({ act: "look" }),
    then: (seen) =>
      [seen.earlier, seen].flatMap((one) => {
        if (one?.report === undefined) return [];
        // What it really was is what the script could see, whatever was asked for.
        const bare = one.inside?.saw === true;
        const { isolation = "nothing" } = one.report;
        const expected = bare ? "none" : "what kept the script apart";
        const told = ["none", "nothing", ""].includes(isolation) ? isolation : "what kept the script apart";
        return [
          { about: `isolation in the report of a ${bare ? "bare" : "isolated"} run`, expected, actual: told },
        ];
      }),
    reach: { count: counted },
    runs: 1,
  }),

  hostCheck("data:materialize:read-only", {
    given: fc.constantFrom("a,b\n1,2\n", "é\n"),
    when: (content) => ({
      run: { ...plan({ files: [fileOf("f", content)] }).run, isolation: "own" },
      inside: [{ act: "materialize", fileId: "f" }],
      steps: [{ do: "linger" }],
    }),
    then: (seen, content) => {
      const file = seen.inside?.file;
      const whole = Buffer.from(content).toString("base64");
      return [
        { about: "the bytes at the path", expected: whole, actual: file?.before },
        { about: "the bytes after the attempts", expected: whole, actual: file?.after },
        {
          about: "the attempts to change it that succeeded",
          expected: [],
          actual: Object.entries(file?.attempts ?? { none: "done" }).flatMap(([way, outcome]) =>
            outcome === "done" ? [way] : [],
          ),
        },
      ];
    },
    reach: { count: (seen) => Number(seen.inside?.file !== undefined) },
    needs: ["isolation", "fixture"],
    runs: 1,
  }),

  hostCheck("limit:memory:child-bounded", {
    given: fc.constant(TOO_MUCH_BYTES),
    when: (bytes) => ({
      run: { isolation: "own", limits: { memoryBytes: MEMORY_BYTES, runTimeoutMs: 60_000 } },
      inside: [{ act: "take", bytes }],
      steps: [{ do: "linger" }],
    }),
    then: (seen, bytes) => {
      const kept = keptWithin(seen, bytes);
      if (kept === undefined) return [];
      const { reserved = 0, written = 0 } = seen.inside?.taken ?? {};
      const most = `at most ${MEMORY_BYTES} bytes`;
      const taken = `${reserved} bytes, of which it wrote to ${written}`;
      return [{ about: "the memory that the script took", expected: most, actual: kept ? most : taken }];
    },
    reach: { count: (seen, bytes) => Number(keptWithin(seen, bytes) !== undefined) },
    runs: 1,
  }),
];

/** Whether the script was kept within its memory; undefined where this machine has too little to find out. */
function keptWithin({ report, inside }: HostSeen, bytes: number): boolean | undefined {
  if (report?.outcome === "failed") return true;
  // It may be ended as one that lingers: giving so much memory back takes its time.
  const { taken } = inside ?? {};
  if (taken === undefined) return undefined;
  if (taken.reserved < bytes) return taken.reserved <= MEMORY_BYTES;
  return taken.written > MEMORY_BYTES ? false : undefined;
}
