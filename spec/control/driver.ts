/**
 * The driver: an ordinary analysis script by which the kit exercises a sandbox under test. It introduces itself
 * with its first `conformance.next`, then asks for work over and over, one request at a time and without a
 * timeout. It starts the steps it gets in their order without waiting for them (but at `await`), and reports
 * what has ended with its next request. The kit holds a request while it has nothing to give; a held request is
 * answered with no steps when the kit wants to hear what has ended.
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
  /** Groups of steps beyond call, cancel, await, print, throw, exit and result: `spawn`, `sql.duckdb`, `emit`, `progress`. */
  features: string[];
  /** The print APIs that a `print` step may name. */
  prints: string[];
}

/** One ended step: it has a result or an error. */
export interface StepDone {
  /** @TJS-type integer */
  n: number;
  result?: unknown;
  error?: StepError;
}

/** The error of a step: a number from the wire, a string when it arose in the sandbox. A step that the driver doesn't know ends with code `unsupported`. */
export interface StepError {
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
  | ResultStep;

/** Names a step within a session; ascending, never used twice. */
interface Numbered {
  /** @TJS-type integer */
  n: number;
}

/** `ctx.call(method, params, {signal, timeoutMs})`; its result is the call's. */
export interface CallStep extends Numbered {
  do: "call";
  method: string;
  params?: unknown;
  /** @TJS-type integer */
  timeoutMs?: number;
}

/** Aborts the signal of an earlier call. */
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

/** Prints by one of the APIs that the driver named, exactly these bytes where the API allows (a line API adds its newline). */
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

/** `ctx.duckdb.query` for engine `duckdb`, else `ctx.datasource(engine).query`; its result is the rows. */
export interface SqlStep extends Numbered {
  do: "sql";
  engine: string;
  query: string;
  params?: unknown[];
}

/** `ctx.emit(name, data, {id})`. */
export interface EmitStep extends Numbered {
  do: "emit";
  name: string;
  data: unknown;
  id?: string;
}

/** `ctx.progress({fraction, message})`. */
export interface ProgressStep extends Numbered {
  do: "progress";
  fraction?: number;
  message?: string;
}

/** The script throws an Error with this message; nothing after it is started. */
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

/** The script returns this value; absent means undefined. */
export interface ResultStep extends Numbered {
  do: "result";
  value?: unknown;
}
