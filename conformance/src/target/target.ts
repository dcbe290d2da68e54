import type { JudgedRole, PrintApi, ReportDriver } from "@sandpipe/spec/control";
import type { ServerUrls } from "../databases/server.js";
import type { Fact } from "../checks/fact.js";
import type { Transcript } from "./transcript.js";

/** A version of the protocol that the kit judges. */
export type Version = 0 | 1;

/** Which side of the protocol a subject implements. */
export type Role = "host" | "sandbox";

export type { JudgedRole };

/** Who is under test, as it said itself. */
export interface Subject {
  readonly role: JudgedRole;
  readonly name: string;
  readonly version: string;
  readonly language: string;
  readonly homepage?: string;
  /** A host's declared features, or the groups of steps that a sandbox's driver knows. */
  readonly features: readonly string[];
  readonly protocols: readonly number[];
  readonly transports: readonly string[];
  /** Sessions that may be open at once. */
  readonly maxRuns: number;
  /** Print APIs of a sandbox's driver; empty for a host. */
  readonly prints: readonly PrintApi[];
  /** The driver, where there is a sandbox. */
  readonly driver?: ReportDriver;
}

/** A subject that plans can be put to. The runner knows no more of it, so that a fake may stand in its place. */
export interface Target<Plan, Seen> {
  readonly subject: Subject;
  /** Why a feature is not there, where that is no matter of what the subject declares. */
  readonly lacks?: ReadonlyMap<string, string>;
  /** Carries out one plan in a fresh session. Rejects only for a fault of the kit itself (`KitFault`). */
  run(plan: Plan, signal: AbortSignal, options?: RunOptions): Promise<Session<Seen>>;
  /** Breaches of the adapter's protocol that belong to no session; complete after `close`. */
  complaints?(): readonly string[];
  /** Ends the subject; afterwards nothing of it is left running. */
  close(): Promise<void>;
}

/** How one plan is carried out. */
export interface RunOptions {
  /**
   * Waits a tenth as long for what must come. Only for looking for a smaller case: what fails in a hurry counts
   * once it fails with the whole deadline too.
   */
  readonly hurry?: boolean;
}

/** What one session left behind. */
export interface Session<Seen> {
  /** Absent when the subject failed before anything could be seen. */
  readonly seen?: Seen;
  /** What every session demands: what was awaited came, each frame is as its schema says. Only failures need be listed. */
  readonly facts: readonly Fact[];
  /** Why the session can't be judged as it stands. */
  readonly fault?: SessionFault;
  readonly transcript: Transcript;
  /** What the subject wrote to descriptor 2 while the session ran. */
  readonly stderr: string;
  /** Requests that were put to the subject (host) or that it made (sandbox). */
  readonly exchanges: number;
}

/**
 * `crash` and `hang`: the subject itself, a failure of the check whose session it was. `adapter`: the plug between
 * kit and implementation broke its own protocol, so nothing is known of the implementation.
 */
export interface SessionFault {
  readonly kind: "crash" | "hang" | "adapter";
  /** What happened and what to do about it, one sentence. */
  readonly message: string;
}

/** Starts a subject. Rejects with `SubjectError` when it can't be started or doesn't say who it is. */
export interface StartOptions {
  /** The command line as given after `--`. */
  readonly command: readonly string[];
  /** The version by which it is judged, default 1. */
  readonly protocol?: Version;
  /** Multiplies every deadline. */
  readonly timeoutScale: number;
  /** Sessions at once, at most; the subject's own maximum holds as well. */
  readonly jobs: number;
  /** A sandbox's driver; default the kit's own for JavaScript. */
  readonly driver?: string;
  /** Database servers that a sandbox may be judged with. */
  readonly servers?: ServerUrls;
}

/** The subject couldn't be started, or never became usable (exit 69). */
export class SubjectError extends Error {
  override readonly name = "SubjectError";
  /** What it wrote to descriptor 2. */
  readonly stderr: string;
  constructor(message: string, stderr = "") {
    super(message);
    this.stderr = stderr;
  }
}

/** The kit itself is wrong: a case breaks the kit's own schemas, an interpreter met a step it doesn't know (exit 70). */
export class KitFault extends Error {
  override readonly name = "KitFault";
}
