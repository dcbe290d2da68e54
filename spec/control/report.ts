/**
 * The report of a run as the kit streams it: JSON lines, `start` first, then one `check` as soon as it is known, `end`
 * last. A run that was cut has no `end`; a later line of the same check takes the place of the earlier one. Values
 * that JSON can't say are objects with the one member `$sandpipe`. Tokens and the environment's secrets are blacked out.
 */
import type { Area } from "../requirement.js";
import type { ProtocolVersion } from "./adapter.js";
import type { PrintApi } from "./driver.js";

/** Version of the report's format. */
export const REPORT_FORMAT = 1;

/** One line of a report. */
export type ReportLine = ReportStart | ReportCheck | ReportEnd;

/** What is judged, and how; the first line. */
export interface ReportStart {
  readonly event: "start";
  /** @TJS-type integer */
  readonly format: number;
  /** Version of the kit. */
  readonly kit: string;
  readonly role: JudgedRole;
  readonly subject: ReportSubject;
  /** The version by which it is judged. */
  readonly protocol: ProtocolVersion;
  /** The subject's command line; of a pair the host's, the word `----`, and the sandbox's. */
  readonly command: readonly string[];
  /** File of the sandbox's driver, where the kit's own was not taken. */
  readonly driver?: string;
  /** @TJS-type integer */
  readonly seed: number;
  readonly profile: "core" | "full" | "strict";
  /**
   * How many checks the run has.
   * @TJS-type integer
   * @minimum 0
   */
  readonly planned: number;
  /** Which part of the whole, where it was split. */
  readonly shard?: ReportShard;
  /** Operating system, as Node's `process.platform` names it. */
  readonly os: string;
  /** When it began, RFC 3339. */
  readonly started: string;
}

/** What a run judges: one side of the protocol, or both as a real pair. */
export type JudgedRole = "host" | "sandbox" | "both";

/** Who is under test, as it said itself. */
export interface ReportSubject {
  readonly role: JudgedRole;
  readonly name: string;
  readonly version: string;
  readonly language: string;
  readonly homepage?: string;
  /** A host's declared features, or the groups of steps that a sandbox's driver knows. */
  readonly features: readonly string[];
  /**
   * @items.type integer
   * @items.minimum 0
   */
  readonly protocols: readonly ProtocolVersion[];
  readonly transports: readonly string[];
  /**
   * Sessions that may be open at once.
   * @TJS-type integer
   * @minimum 1
   */
  readonly maxRuns: number;
  /** Print APIs of a sandbox's driver; empty for a host. */
  readonly prints: readonly PrintApi[];
  /** The driver by which a sandbox, alone or in a pair, was made to work. */
  readonly driver?: ReportDriver;
}

/** A driver as it introduced itself. */
export interface ReportDriver {
  readonly name: string;
  readonly language: string;
}

/** Shard `index` of `of`, from 1. */
export interface ReportShard {
  /**
   * @TJS-type integer
   * @minimum 1
   */
  readonly index: number;
  /**
   * @TJS-type integer
   * @minimum 1
   */
  readonly of: number;
}

/**
 * What a check came to. `not-exercised`: its situation was not met often enough. `blocked`: a requirement that it
 * stands on failed. `undecided`: it could not be brought about. `flaky`: a failure that didn't repeat.
 * `informational`: a MAY that the subject makes no use of, which is as right as making use of it.
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

/** One check of a run. */
export interface ReportCheck {
  readonly event: "check";
  readonly id: string;
  readonly level: "MUST" | "SHOULD" | "MAY";
  readonly area: Area;
  readonly verdict: CheckVerdict;
  /** Why, where the verdict alone doesn't say it: the missing feature, the requirement that blocks, the reason. */
  readonly reason?: string;
  /**
   * @TJS-type integer
   * @minimum 0
   */
  readonly sessions: number;
  /**
   * @TJS-type integer
   * @minimum 0
   */
  readonly exchanges: number;
  /**
   * How often its situation was met.
   * @TJS-type integer
   * @minimum 0
   */
  readonly reached: number;
  /**
   * How often it must be.
   * @TJS-type integer
   * @minimum 0
   */
  readonly floor: number;
  /** @minimum 0 */
  readonly ms: number;
  readonly failure?: ReportFailure;
  /** What the expectations file says of it. */
  readonly expected?: ReportExpectation;
}

/** The smallest failing session of a check. */
export interface ReportFailure {
  readonly kind: "violation" | "crash" | "hang" | "adapter";
  /**
   * A crash or a hang of a host is seen of its adapter's process, which holds both. What goes wrong between a pair is
   * the fault of one of the two.
   */
  readonly blame: "implementation" | "adapter" | "adapter-or-implementation" | "host-or-sandbox";
  readonly facts: readonly ReportFact[];
  readonly transcript: readonly TranscriptEvent[];
  /** The subject's descriptor 2 during that session. */
  readonly stderr: string;
  /** The case. */
  readonly given: unknown;
  readonly minimal: boolean;
  /**
   * How often the case failed of the times it was run as it came.
   * @TJS-type integer
   * @minimum 1
   */
  readonly failed: number;
  /**
   * @TJS-type integer
   * @minimum 1
   */
  readonly of: number;
  /** What `sandpipe replay` takes. */
  readonly token: string;
  /** Where the case was saved. */
  readonly saved?: string;
}

/** A fact that doesn't hold. */
export interface ReportFact {
  readonly about: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /**
   * Index of the transcript's event.
   * @TJS-type integer
   * @minimum 0
   */
  readonly at?: number;
}

/** One event of a session, as it is kept: long payloads only by their ends. */
export interface TranscriptEvent {
  /**
   * Milliseconds since the session began.
   * @minimum 0
   */
  readonly at: number;
  /** Which way it went, as the subject sees it. */
  readonly direction: "to-subject" | "from-subject" | "note";
  /**
   * Where it went: `wire` is the session's frames and output, `control` the adapter's lines, `stderr` the subject's
   * descriptor 2, `process` a start, a signal, an exit.
   */
  readonly channel: "wire" | "control" | "stderr" | "process";
  /** The payload's beginning (and, where it was cut, its end after `cut`), as bytes read as UTF-8. */
  readonly text: string;
  /**
   * All bytes of the payload.
   * @TJS-type integer
   * @minimum 0
   */
  readonly size: number;
  /**
   * Where in `text` the left-out middle was; absent when nothing is.
   * @TJS-type integer
   * @minimum 0
   */
  readonly cut?: number;
  /**
   * Byte offsets in the payload at which a separate write began.
   * @itemType integer
   */
  readonly writes?: readonly number[];
}

/** An entry of the expectations file, and whether it was met. */
export interface ReportExpectation {
  readonly expect: "fail" | "flaky";
  readonly class: "violation" | "crash" | "hang";
  readonly reason?: string;
  readonly url?: string;
  readonly met: boolean;
}

/** The whole; the last line. */
export interface ReportEnd {
  readonly event: "end";
  readonly verdict: "conforms" | "does-not-conform" | "undecided" | "kit-fault";
  /**
   * @TJS-type integer
   * @minimum 0
   */
  readonly exitCode: number;
  /** Breaches of the adapter's protocol that belong to no check. */
  readonly complaints: readonly string[];
  /** Entries of the expectations file that passed or matched nothing. */
  readonly staleExpectations: readonly string[];
  readonly interrupted: boolean;
  /**
   * @TJS-type integer
   * @minimum 0
   */
  readonly sessions: number;
  /**
   * @TJS-type integer
   * @minimum 0
   */
  readonly exchanges: number;
  /** @minimum 0 */
  readonly ms: number;
}
