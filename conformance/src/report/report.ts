import type {
  CheckVerdict,
  ReportCheck,
  ReportEnd,
  ReportFact,
  ReportFailure,
  ReportStart,
} from "@sandpipe/spec/control";
import type { JudgedRole, Subject } from "../target/target.js";

export type { CheckVerdict };

/** One check of a run; written to the report as soon as it is known. */
export type CheckResult = Omit<ReportCheck, "event">;

/** A fact that doesn't hold. Values are encoded by `encodeCase`. */
export type ReportedFact = ReportFact;

/** The smallest failing session of a check. */
export type Failure = ReportFailure;

/** What is judged, and how: known before the first check is. */
export interface RunHead extends Omit<ReportStart, "event" | "format"> {
  readonly role: JudgedRole;
  readonly subject: Subject;
}

/** What it came to. */
export interface RunEnd extends Omit<ReportEnd, "event"> {
  readonly exitCode: 0 | 1 | 2 | 70;
}

/** A whole run. */
export interface Report extends RunHead, RunEnd {
  readonly checks: readonly CheckResult[];
}
