import type { Step } from "@sandpipe/spec/control";
import * as fc from "fast-check";
import type { Subject } from "../../target/target.js";
import type { SandboxStep } from "../../target/sandbox-plan.js";
import { call, give, range } from "./steps.js";

/** What a script is in the middle of when its session is ended from outside. */
export interface State {
  /** Calls that nobody answers. */
  readonly pending: number;
  /** What keeps a runtime alive. */
  readonly keeps: readonly ("timer" | "server")[];
  /** The script waits for something that never comes, not for a call. */
  readonly stalled: boolean;
}

/** A script in the middle of anything but a busy loop. */
export const busyWith: fc.Arbitrary<State> = fc.record({
  pending: fc.constantFrom(0, 1, 3, 20),
  keeps: fc.uniqueArray(fc.constantFrom<"timer" | "server">("timer", "server"), { maxLength: 2 }),
  stalled: fc.boolean(),
});

/** Brings a driver into the state; a driver that can't keep its runtime alive has its calls only. */
export function stateSteps({ pending, keeps, stalled }: State, subject: Subject): SandboxStep[] {
  const able = subject.features.includes("keep") ? keeps : [];
  const kept = able.map((what, index): Step => ({ n: 500 + index, do: "keep", what }));
  const of = range(1, pending);
  return [
    give(...kept, ...of.map((n) => call(n))),
    ...(kept.length > 0 ? [{ do: "await-done" as const, of: kept.map(({ n }) => n) }] : []),
    ...(of.length > 0 ? [{ do: "await-calls" as const, of }] : []),
    // A script that only waits, with nothing pending at all, has ended already.
    ...(stalled && able.length > 0 && subject.features.includes("stall")
      ? [give({ n: 600, do: "stall" })]
      : []),
  ];
}
