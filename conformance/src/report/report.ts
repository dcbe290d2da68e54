import type { Row } from "@sandpipe/spec/requirement";
import type { Role, Subject } from "../target/target.js";
import type { TranscriptEvent } from "../target/transcript.js";

/**
 * What a check came to. `not-exercised`: its situation was not met often enough. `blocked`: a requirement that it
 * stands on failed. `undecided`: it could not be brought about. `flaky`: a failure that didn't repeat. `informational`: a
 * MAY that the subject makes no use of, which is as right as making use of it.
 */
export type CheckVerdict =
  | "pass"
  | "fail"
  | "informational"
  | "flaky"
  | "not-exercised"
  | "not-applicable"
  | "blocked"
  | "undecided"
  | "kit-fault";

/** One check of a run; written to the report as soon as it is known. */
export interface CheckResult {
  readonly id: string;
  readonly level: Row["level"];
  readonly area: Row["area"];
  readonly verdict: CheckVerdict;
  /** Why, where the verdict alone doesn't say it: the missing feature, the requirement that blocks, the reason. */
  readonly reason?: string;
  readonly sessions: number;
  readonly exchanges: number;
  readonly reached: number;
  readonly floor: number;
  readonly ms: number;
  readonly failure?: Failure;
}

/** A fact that doesn't hold. Values are encoded by `encodeCase`. */
export interface ReportedFact {
  readonly about: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** Index of the transcript's event. */
  readonly at?: number;
}

/** The smallest failing session of a check. */
export interface Failure {
  readonly kind: "violation" | "crash" | "hang" | "adapter";
  /** A crash or a hang of a host is seen of its adapter's process, which holds both. */
  readonly blame: "implementation" | "adapter" | "adapter-or-implementation";
  readonly facts: readonly ReportedFact[];
  readonly transcript: readonly TranscriptEvent[];
  /** The subject's descriptor 2 during that session. */
  readonly stderr: string;
  /** The case, encoded by `encodeCase`. */
  readonly given: unknown;
  readonly minimal: boolean;
  /** How often the case failed of the times it was run as it came. */
  readonly failed: number;
  readonly of: number;
  readonly token: string;
  /** Where the case was saved. */
  readonly saved?: string;
}

/** A whole run. */
export interface Report {
  readonly kit: string;
  readonly role: Role;
  readonly subject: Subject;
  readonly command: readonly string[];
  readonly seed: number;
  readonly profile: Row["profile"];
  readonly verdict: "conforms" | "does-not-conform" | "undecided" | "kit-fault";
  readonly exitCode: 0 | 1 | 2 | 70;
  readonly checks: readonly CheckResult[];
  /** Breaches of the adapter's protocol that belong to no check. */
  readonly complaints: readonly string[];
  readonly interrupted: boolean;
  readonly sessions: number;
  readonly exchanges: number;
  readonly ms: number;
}
