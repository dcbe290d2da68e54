import type { Step, StepDone } from "@sandpipe/spec/control";
import type { RunReport } from "@sandpipe/spec/v1";

/** One whole session of a host and a sandbox, as data: what the driver is given, all at once. */
export interface BothPlan {
  /** What the host tells the sandbox to take. */
  readonly transport: "stdio" | "http";
  readonly steps: readonly Step[];
  /** What ends the script, once all steps have ended. */
  readonly ending: Extract<Step, { do: "result" | "throw" }>;
}

/** What a session of a pair showed. */
export interface BothSeen {
  /** What the driver said of a step. */
  done(n: number): readonly StepDone[];
  /** Absent when no `ended` came within the deadline. */
  readonly report: RunReport | undefined;
  /** The report's output, decoded. */
  readonly output: Uint8Array;
}
