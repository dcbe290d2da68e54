import type { DriverInfo, NextParams, Step, StepDone } from "@sandpipe/spec/control";
import type { SeenFrame } from "./host-seen.js";

/** What the kit knows of the driver in the sandbox: who it is, what it was given, what it did. */
export interface DriverState {
  /** Takes a request of the sandbox; false when it is none that the driver was told to make. */
  request(frame: SeenFrame): boolean;
  /** Notes steps that are given. */
  give(steps: readonly Step[]): void;
  /** The held `conformance.next`, which becomes the caller's to answer. */
  takeNext(): SeenFrame | undefined;
  readonly asked: boolean;
  readonly info: DriverInfo | undefined;
  done(n: number): readonly StepDone[];
  calls(n: number): readonly SeenFrame[];
  /** Takes the lines that a driver prints once its own request has failed. */
  readLines(stderr: string): void;
  /** How often the driver asked with nothing to say. */
  readonly idleAsks: number;
}

/** Steps that become a call with their number in its params. */
const CALLS: ReadonlySet<Step["do"]> = new Set(["call", "surrogate", "nan", "large", "deep"]);

/** Creates the state before the driver has said anything. */
export function createDriverState(): DriverState {
  const calls = new Map<number, SeenFrame[]>();
  const done = new Map<number, StepDone[]>();
  const given = new Set<number>();
  let next: SeenFrame | undefined;
  let info: DriverInfo | undefined;
  let idleAsks = 0;

  const note = (entry: StepDone): void => void done.set(entry.n, [...(done.get(entry.n) ?? []), entry]);
  return {
    request(frame) {
      const params = Object(frame.value["params"]) as Partial<NextParams> & { step?: unknown };
      if (frame.value["method"] === "conformance.next") {
        const entries = Array.isArray(params.done) ? params.done : [];
        for (const entry of entries) note(entry);
        if (entries.length === 0) idleAsks++;
        info ??= params.driver;
        next = frame;
        return true;
      }
      const { step } = params;
      if (typeof step !== "number" || !given.has(step)) return false;
      calls.set(step, [...(calls.get(step) ?? []), frame]);
      return true;
    },
    give(steps) {
      for (const step of steps) if (CALLS.has(step.do)) given.add(step.n);
    },
    takeNext() {
      const taken = next;
      next = undefined;
      return taken;
    },
    get asked() {
      return next !== undefined;
    },
    get info() {
      return info;
    },
    get idleAsks() {
      return idleAsks;
    },
    done: (n) => done.get(n) ?? [],
    calls: (n) => calls.get(n) ?? [],
    readLines(stderr) {
      for (const line of stderr.split("\n")) {
        if (!line.startsWith("conformance.done ")) continue;
        try {
          note(JSON.parse(line.slice("conformance.done ".length)) as StepDone);
        } catch {
          // A line that was cut tells nothing.
        }
      }
    },
  };
}
