/**
 * The driver: an ordinary analysis script by which the kit exercises a sandbox under test. It introduces itself
 * with its first `conformance.next`, then asks for work over and over, one request at a time and without a
 * timeout. It starts the steps it gets in their order without waiting for them (but at `await`), and reports
 * what has ended with its next request. The kit holds a request while it has nothing to give; a held request is
 * answered with no steps when the kit wants to hear what has ended. When its own request fails, the driver asks
 * no more: it prints a line to stderr for each step that has ended unreported, or ends from then on:
 * `conformance.done ` and the StepDone as JSON.
 */

/** Params of `conformance.next`. */
export interface NextParams {
  /** In the first request. */
  driver?: DriverInfo;
  /** What has ended since the last request. */
  done?: StepDone[];
}

/** Who the driver is. */
export interface DriverInfo {
  name: string;
  language: string;
  /**
   * Groups of steps beyond call, cancel, await, print, throw, exit and result: `spawn`, `sql.duckdb`, `sql.postgres`, `sql.mysql`, `emit`,
   * `progress`, `keep`, `busy`, `stall`, `large`, `deep`, `show`, `patch`, `environment`, `process`, `import`,
   * `surrogate`, `nan`, `unserializable`. Two more are told by the environment: with `greeting`,
   * SANDPIPE_DRIVER_GREETING is printed when the driver is loaded; with `early`, SANDPIPE_DRIVER_EARLY is how many calls
   * of `conformance.echo` the driver makes when it is loaded, if its sandbox lets it, with params `{early: 1}` and up.
   */
  features: string[];
  /** The print APIs that a `print` step may name. */
  prints: PrintApi[];
}

/** One way in which a script of the language prints. */
export interface PrintApi {
  name: string;
  /** Where its prints belong; `either` for a write past the runtime's own streams, which a sandbox may keep as stderr. */
  stream: "stdout" | "stderr" | "either";
  /** Whether it takes bytes as they are, and adds a newline. */
  takes: "bytes" | "text" | "line";
}

/** One ended step: it has a result or an error. */
export interface StepDone {
  /** @TJS-type integer */
  n: number;
  result?: unknown;
  error?: StepError;
}

/** The error of a step: a number from the wire, a string when it arose in the sandbox. A step that the driver doesn't know ends with code `unsupported`; `transport_lost` has `data.mayHaveRun`, true or false. */
export interface StepError {
  /** @TJS-type ["string","integer"] */
  code: number | string;
  message: string;
  data?: unknown;
}

/** Result of `conformance.next`. */
export interface NextResult {
  steps: Step[];
}

/** One thing for the driver to do. */
export type Step =
  | CallStep
  | CancelStep
  | AwaitStep
  | PrintStep
  | SpawnStep
  | SqlStep
  | EmitStep
  | ProgressStep
  | ThrowStep
  | ExitStep
  | ResultStep
  | KeepStep
  | StallStep
  | EnvironmentStep
  | SurrogateStep
  | NanStep
  | UnserializableStep
  | LargeStep
  | DeepStep
  | ShowStep
  | ProcessStep
  | ImportStep
  | PatchStep
  | BusyStep;

/** Names a step within a session; ascending, never used twice. */
interface Numbered {
  /** @TJS-type integer */
  n: number;
}

/** A call by the sandbox's own way to make one, `ctx.call(method, params, {signal, timeoutMs})` in JavaScript; its result is the call's. */
export interface CallStep extends Numbered {
  do: "call";
  method: string;
  params?: unknown;
  /**
   * Milliseconds until the call gives up; 0 is no timeout, absent is the sandbox's own default.
   * @TJS-type integer
   */
  timeoutMs?: number;
}

/** Aborts an earlier call or query by what aborts one in the language: its signal, or cancelling the task that waits. */
export interface CancelStep extends Numbered {
  do: "cancel";
  /** @TJS-type integer */
  of: number;
}

/** Starts no further step before the named one has ended. */
export interface AwaitStep extends Numbered {
  do: "await";
  /** @TJS-type integer */
  of: number;
}

/** Prints by one of the APIs that the driver named, these bytes (a line API adds its newline). No later step starts before it has ended. */
export interface PrintStep extends Numbered {
  do: "print";
  api: string;
  text?: string;
  base64?: string;
}

/** Runs a child process that inherits the script's descriptors and prints the text (feature `spawn`); ends when the child has. */
export interface SpawnStep extends Numbered {
  do: "spawn";
  text: string;
}

/** A query on the sandbox's own DuckDB for engine `duckdb`, else on the datasource of that name; its result is the rows. */
export interface SqlStep extends Numbered {
  do: "sql";
  engine: string;
  query: string;
  params?: unknown[];
  /**
   * Milliseconds until the query gives up; absent is the sandbox's own default.
   * @TJS-type integer
   */
  timeoutMs?: number;
}

/** Sends `session.emit` by the sandbox's own function. */
export interface EmitStep extends Numbered {
  do: "emit";
  name: string;
  data: unknown;
  id?: string;
}

/** Sends `session.progress` by the sandbox's own function. */
export interface ProgressStep extends Numbered {
  do: "progress";
  fraction?: number;
  message?: string;
}

/** The script fails with this message, by what its language throws or raises; nothing after it is started. */
export interface ThrowStep extends Numbered {
  do: "throw";
  message: string;
}

/** The script ends its process with this code at once. */
export interface ExitStep extends Numbered {
  do: "exit";
  /** @TJS-type integer */
  code: number;
}

/** The script returns this value; absent means nothing (undefined, None), which arrives as null. */
export interface ResultStep extends Numbered {
  do: "result";
  value?: unknown;
}

/** Leaves a ticking timer or a listening socket behind that would keep the runtime alive (feature `keep`). */
export interface KeepStep extends Numbered {
  do: "keep";
  what: "timer" | "server";
}

/** The script waits for something that can never come, with nothing pending, and asks no more (feature `stall`). */
export interface StallStep extends Numbered {
  do: "stall";
}

/** Looks a variable up; its result is EnvironmentFound (feature `environment`). */
export interface EnvironmentStep extends Numbered {
  do: "environment";
  name: string;
}

/** Where a variable was found: in the environment that the script sees, and in the one its process was started with. */
export interface EnvironmentFound {
  seen: boolean;
  /** Absent where the system doesn't tell. */
  initial?: boolean;
}

/** A call whose params have `step`: n, and a text that holds a lone surrogate as value and as name of a member (feature `surrogate`). */
export interface SurrogateStep extends Numbered {
  do: "surrogate";
  method: string;
}

/**
 * A call whose params have `step`: n, and as `value` the language's own NaN (feature `nan`). Whether it fails where it
 * is made or is sent in another form is the sandbox's to decide.
 */
export interface NanStep extends Numbered {
  do: "nan";
  method: string;
}

/** The script returns a value that JSON can't hold: a cycle, or one whose conversion throws (feature `unserializable`). */
export interface UnserializableStep extends Numbered {
  do: "unserializable";
  what: "cycle" | "throws";
}

/**
 * Something of a size that no frame of steps would hold, from a text of `size` times `x` (feature `large`): a call of
 * `conformance.echo` with params `{step: n, text}`, an emit named `large` with data `{"text/plain": text}`, a print
 * by the driver's first print API, or the script's result.
 */
export interface LargeStep extends Numbered {
  do: "large";
  what: "call" | "emit" | "print" | "result";
  /** @TJS-type integer */
  size: number;
}

/**
 * A call of `conformance.echo` with params `{step: n, value}`, or an emit named `deep` with data
 * `{"application/json": value}`, where value is arrays within arrays, so many that the frame nests to this depth (the
 * frame's object is 1); feature `deep`.
 */
export interface DeepStep extends Numbered {
  do: "deep";
  what: "call" | "emit";
  /** @TJS-type integer */
  depth: number;
}

/**
 * Prints something by the driver's first print API: `nested` a structure of four levels, `several` a few values at
 * once, `special` the language's own values that are no text (nothing, big integers, a class), `formatted` what the API
 * takes for a format, `throws` a value whose conversion to text throws, `global` the largest object there is. Its result
 * is Shown (feature `show`).
 */
export interface ShowStep extends Numbered {
  do: "show";
  what: "nested" | "several" | "special" | "formatted" | "throws" | "global";
}

/** What the same print gives where nothing is captured, by a process of the same runtime. */
export interface Shown {
  /** Absent where it fails, or differs from process to process. */
  text?: string;
}

/** Tells the process in which the script runs; its result is ProcessFound (feature `process`). */
export interface ProcessStep extends Numbered {
  do: "process";
}

/** The script's own process. */
export interface ProcessFound {
  /** @TJS-type integer */
  pid: number;
}

/** Imports a package by its name (feature `import`); fails as the language's import does. */
export interface ImportStep extends Numbered {
  do: "import";
  name: string;
}

/** Replaces the language's print functions by ones that do nothing, as a script may; no print follows (feature `patch`). */
export interface PatchStep extends Numbered {
  do: "patch";
}

/** Computes for so long without giving way to anything (feature `busy`). */
export interface BusyStep extends Numbered {
  do: "busy";
  /** @TJS-type integer */
  ms: number;
}
