import type { RunReport } from "@sandpipe/spec/v1";
import type { InsideFindings } from "../probe/inside-plan.js";
import type { WireObject } from "../wire/decode.js";
import type { SeenFile } from "./host-files.js";
import type { HttpAddress } from "./http-ask.js";
import type { SeenHttp } from "./host-http.js";

/** Everything that one session against a host showed. */
export interface HostSeen {
  /** Frames from the host, in order; `at` is the transcript's event. */
  readonly frames: readonly SeenFrame[];
  /** Responses that carry this id, by value and type. */
  answers(id: string | number): readonly SeenFrame[];
  /** Responses with id null. */
  readonly refusals: readonly SeenFrame[];
  /** Frames with a method. */
  readonly notifications: readonly SeenFrame[];
  /** Bytes on the probe's stdin that belong to no valid frame. */
  readonly stray: Uint8Array;
  /** Ids that were awaited and got no response within the deadline. */
  readonly missing: readonly (string | number)[];
  /** Other things that were awaited in vain, in words. */
  readonly unmet: readonly string[];
  /** Absent when no `ended` came within the deadline. */
  readonly report: RunReport | undefined;
  /** The report's output and stderr, decoded. */
  readonly output: Uint8Array;
  readonly stderr: Uint8Array;
  /** HTTP exchanges in their order. */
  readonly http: readonly SeenHttp[];
  /** The session's HTTP address; undefined when it was not asked for, or the host told none. */
  readonly address: HttpAddress | undefined;
  /** Local addresses on which the session's port listens, where the system tells. */
  readonly bound: readonly string[];
  readonly told: readonly Told[];
  /** What the probe of isolated runs found and left; undefined when there was none, or it told nothing. */
  readonly inside?: SeenInside | undefined;
  /** The plan's earlier session. */
  readonly earlier?: HostSeen | undefined;
  /** Processes that the probe started, looked at after `ended`. */
  readonly grandchildren: readonly { readonly setsid: boolean; readonly alive: boolean }[];
  /** Whether the probe itself was still there after `ended`. */
  readonly probeAlive: boolean;
  /** Whether its process id was free again: no zombie of it is left. */
  readonly probeReaped: boolean;
  /** Whether the scratch folder was gone after `ended`; undefined when the host told none. */
  readonly scratchGone: boolean | undefined;
  /** What came of each `file` step, in order. */
  readonly files: readonly SeenFile[];
  /** The host's memory in bytes, by mark. */
  readonly memory: Readonly<Record<string, { readonly now: number; readonly peak: number }>>;
  /** Milliseconds since the session began, by mark: `ended`, `close`, `eof`, `term`, `gone`, `exit`, `host-killed`. */
  readonly times: Readonly<Record<string, number>>;
}

/** A frame that the host sent. */
export interface SeenFrame {
  readonly value: WireObject;
  readonly text: string;
  readonly at: number;
}

/** What the probe told of itself. */
export interface Told {
  readonly environment?: Readonly<Record<string, string>>;
  /** Descriptor number to what it is linked to. */
  readonly descriptors?: Readonly<Record<string, string>>;
  readonly process?: { readonly pid: number; readonly ppid: number; readonly pgid: number };
}

/** What the probe of isolated runs found, and whether a process of its own outlived the report. */
export interface SeenInside extends InsideFindings {
  readonly left: boolean;
}
