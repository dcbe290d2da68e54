import type { DriverInfo, StepDone } from "@sandpipe/spec/control";
import type { SessionResultParams } from "@sandpipe/spec/v1";
import type { SeenFrame } from "./host-seen.js";
import type { SeenPost } from "./sandbox-http.js";

/** Everything that one session against a sandbox showed. */
export interface SandboxSeen {
  /** The process that the kit started. */
  readonly pid: number | undefined;
  /** Frames from the sandbox, in order; `at` is the transcript's event. */
  readonly frames: readonly SeenFrame[];
  /** How many of them had come when the kit answered `session.open`. */
  readonly framesBeforeOpen: number;
  readonly driver: DriverInfo | undefined;
  /** The request that a driver step's call became. */
  call(n: number): SeenFrame | undefined;
  /** Frames with this method, in order. */
  named(method: string): readonly SeenFrame[];
  /** Frames without a method: a sandbox sends none. */
  readonly responses: readonly SeenFrame[];
  /** The most requests that were unanswered at once, `session.*` not counted. */
  readonly peakInFlight: number;
  /** Request lines that came over HTTP. */
  readonly http: readonly string[];
  /** The requests themselves. */
  readonly posts: readonly SeenPost[];
  /** Frames that came on stdout; `frames` holds those of HTTP as well. */
  readonly stdioFrames: readonly SeenFrame[];
  /** Connections to the address where nothing may come. */
  readonly strays: number;
  /** What the driver said of a step; more than one is a fault of its own. */
  done(n: number): readonly StepDone[];
  readonly results: readonly SessionResultParams[];
  /** Raw stdout outside frames plus `session.output` of stream stdout, in order of arrival. */
  readonly output: Uint8Array;
  /** Bytes of output that came before the first frame. */
  readonly outputBeforeFrames: number;
  /** Raw descriptor 2 plus `session.output` of stream stderr. */
  readonly stderr: Uint8Array;
  /** Records that are no frames, in words. */
  readonly violations: readonly string[];
  /** What was awaited in vain, in words. */
  readonly unmet: readonly string[];
  /** Absent when it never exited by itself within the deadline and was killed. */
  readonly exit: { readonly code: number | null; readonly signal: string | null } | undefined;
  /** What the kit got from a server at the step of this number. */
  asked(n: number): readonly Readonly<Record<string, unknown>>[] | undefined;
  /** What was sent to a datasource, one entry a connection. */
  sentTo(datasource: string): readonly Buffer[];
  /** What stands in the file that a misbehaving server asks for. */
  readonly secret: string;
  /** Milliseconds since the session began, by mark: `spawn`, `open`, `http-open`, `open-answered`, `result`, `acknowledged`, `eof`, `close`, `exit`. */
  readonly times: Readonly<Record<string, number>>;
}
