import type { Step } from "@sandpipe/spec/control";
import type { Limits, MethodInfo } from "@sandpipe/spec/v1";
import type { PlannedSource } from "../databases/session-ways.js";
import type { ServerKind } from "../databases/server.js";
import type { Part } from "./host-plan.js";
import type { Version } from "./target.js";
import type { HttpManner, HttpMishap } from "./sandbox-http.js";

/** One whole session against a sandbox under test, as data: the kit plays the host, the driver is the script. */
export interface SandboxPlan {
  /** Version in which the kit answers and requests are read; default the one that is judged. */
  readonly speaks?: Version;
  /**
   * Added to or (null) taken from the standard environment of the contract. `{elsewhere}` is an HTTP address where
   * nothing may come.
   */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly limits?: Partial<Limits>;
  readonly methods?: readonly MethodInfo[];
  /** `answered` is the default; `held` opens on stdio at `answer-open` only, `refused` and `nonsense` never. */
  readonly open?: "answered" | "held" | "refused" | "nonsense" | "closed-stdin";
  /** Members that no version knows, in the answer of `session.open`, its limits and its session. */
  readonly openMore?: Readonly<Record<string, unknown>>;
  /** Names the script in the answer of `session.open` instead of on the command line. */
  readonly lateScript?: boolean;
  /** Starts the sandbox in a folder of its own that holds these files; `{elsewhere}` as in `env`. */
  readonly folder?: Readonly<Record<string, string>>;
  readonly http?: "none" | "tcp" | "unix";
  /** What is done with what comes over HTTP; default it is refused, as where nothing should come. */
  readonly httpManner?: HttpManner;
  /** Milliseconds before each 202, so that what doesn't wait for it overtakes. */
  readonly acceptedAfterMs?: number;
  /** What stdin and stdout are: sockets, as hosts in Node give them (the default), or pipes. */
  readonly stdio?: "socket" | "pipe";
  /** What `session.open` tells of data sources. */
  readonly datasources?: readonly PlannedSource[];
  readonly steps: readonly SandboxStep[];
}

/**
 * What the kit does, in order. Calls of the driver are answered only as these steps say; its `call` steps carry
 * their own number in `params.step`, by which they are known on the wire. A plan without `await-exit` is brought to
 * its end: the driver is given a result, which is acknowledged (but in version 0), and the exit is awaited.
 */
export type SandboxStep =
  /** Gives the driver these steps. */
  | { readonly do: "give"; readonly steps: readonly Step[] }
  /** Goes on when the calls of these driver steps have reached the kit. */
  | { readonly do: "await-calls"; readonly of: readonly number[] }
  /** Goes on when the driver has reported these steps as ended. */
  | { readonly do: "await-done"; readonly of: readonly number[] }
  /** Goes on when a `session.cancel` has come for the calls of these driver steps. */
  | { readonly do: "await-cancels"; readonly of: readonly number[] }
  /** Goes on when the sandbox has taken all that was written to its stdin: what exceeds a pipe only a reader takes. */
  | { readonly do: "await-drain" }
  /** Answers in this order, when the calls have come, as one sequence of bytes that is written in pieces cut at these offsets. */
  | { readonly do: "answer"; readonly answers: readonly Answer[]; readonly cuts?: readonly number[] }
  /** Answers each of these calls with `{step}` as it comes: one after another, a moment apart. */
  | { readonly do: "serve"; readonly of: readonly number[] }
  /** Goes on when anything has come on stdout. */
  | { readonly do: "await-output" }
  /** Goes on when the first frame has come. */
  | { readonly do: "await-open" }
  /** Lets time pass: only for a row that is about time itself, where no barrier shows that nothing came. */
  | { readonly do: "linger"; readonly ms: number }
  /** Goes on when the server runs a statement with `{session}` in it, or runs none any more. */
  | { readonly do: "await-statement"; readonly on: ServerKind; readonly runs: boolean }
  /** Asks the server by the kit's own connection; the rows are seen by this number. `{table}` is the kit's own. */
  | { readonly do: "ask-server"; readonly n: number; readonly on: ServerKind; readonly query: string }
  /** Breaks the connections of a datasource, as a server that goes down, when it has sent `{session}`. */
  | { readonly do: "cut-datasource"; readonly name: string }
  /** Goes on when a request has come over HTTP. */
  | { readonly do: "await-post" }
  /** Answers the call of this driver step, which came over HTTP, in a way that loses the answer. */
  | { readonly do: "mishap"; readonly of: number; readonly how: HttpMishap }
  /** Answers a `session.open` that was held on stdio after all. */
  | { readonly do: "answer-open" }
  | { readonly do: "close-notification"; readonly reason?: string }
  | { readonly do: "end-stdin" }
  | { readonly do: "signal"; readonly name: "SIGTERM" | "SIGKILL" }
  /** Stops and starts reading the sandbox's stdout. */
  | { readonly do: "pause" | "resume" }
  /** Leaves `session.result` unanswered from here on. */
  | { readonly do: "hold-result" }
  /** Answers a held `session.result`. */
  | { readonly do: "acknowledge" }
  /** Goes on when `session.result` has come. */
  | { readonly do: "await-result" }
  /** Goes on when the process has exited. */
  | { readonly do: "await-exit" };

/** One answer: `of` is the driver step whose call is meant; `part` is bytes that belong to no call. */
export type Answer =
  | { readonly of: number; readonly result: unknown }
  | { readonly of: number; readonly error: unknown }
  /** The frame's members as given, with the call's own id put in; `tail` comes before the LF. */
  | { readonly of: number; readonly members: Readonly<Record<string, unknown>>; readonly tail?: string }
  /** Bytes as given, framing included, with the call's own id for each `{id}`: a record that is none, for a call that waits. */
  | { readonly of: number; readonly raw: string; readonly encoding?: "utf8" | "latin1" }
  | { readonly part: Part };
