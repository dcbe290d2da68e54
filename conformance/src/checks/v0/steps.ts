import { offsetsOf, type Cuts } from "../../arbitraries/cuts.js";
import type { HostPlan, HostStep, Part } from "../../target/host-plan.js";

/** The line of a call. */
export function call(id: string, method: string, params: unknown): Part {
  return { line: { id, method, params } };
}

/** An echo of these params. */
export function echo(id: string, params: unknown = { id }): Part {
  return call(id, "conformance.echo", params);
}

/** A call that adds one to a count of the run, and shows so whether it was executed. */
export function count(id: string, key = "k"): Part {
  return call(id, "conformance.count", { key });
}

/** A call that certainly runs for so long. */
export function delay(id: string, ms: number, value: unknown = id): Part {
  return call(id, "conformance.delay", { ms, value });
}

/** Writes parts as one sequence of bytes on stdout, in separate writes where it is to be cut. */
export function write(parts: readonly Part[], where?: Cuts): HostStep {
  return { do: "write", parts, ...(where === undefined ? {} : { cuts: offsetsOf(where, parts) }) };
}

/** Goes on when each id has its response. */
export function answered(...ids: readonly string[]): HostStep {
  return { do: "await", ids };
}

/** A session of these steps; it ends by the exit of its process. */
export function session(...steps: readonly HostStep[]): HostPlan {
  return { steps };
}
