import type { Id } from "@sandpipe/spec/v1";
import { offsetsOf, type Cuts } from "../../arbitraries/cuts.js";
import type { HostPlan, HostStep, Part } from "../../target/host-plan.js";

/** The frame of a call. */
export function call(id: Id, method: string, params?: unknown): Part {
  return { frame: { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) } };
}

/** An echo of these params. */
export function echo(id: Id, params: unknown = { id }): Part {
  return call(id, "conformance.echo", params);
}

/** A call that adds one to a count of the run, and shows so whether it was executed. */
export function count(id: Id, key = "k"): Part {
  return call(id, "conformance.count", { key });
}

/** A call that certainly runs for so long. */
export function delay(id: Id, ms: number, value: unknown = id): Part {
  return call(id, "conformance.delay", { ms, value });
}

/** The frame of a notification. */
export function notification(method: string, params?: unknown): Part {
  return { frame: { jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) } };
}

/** A captured print. */
export function captured(text: string, stream: "stdout" | "stderr" = "stdout"): Part {
  return notification("session.output", { stream, text });
}

/** Writes parts as one sequence of bytes on stdout. */
export function write(...parts: readonly Part[]): HostStep {
  return { do: "write", parts };
}

/** Writes parts in separate writes. */
export function writeCut(where: Cuts, parts: readonly Part[]): HostStep {
  return { do: "write", parts, cuts: offsetsOf(where, parts) };
}

/** Goes on when each id has its response. */
export function answered(...ids: readonly Id[]): HostStep {
  return { do: "await", ids };
}

/** Goes on when so many more refusals have come. */
export function refused(howMany: number): HostStep {
  return { do: "await-refusals", count: howMany };
}

export const BARRIER: HostStep = { do: "barrier" };

/** An open session with these steps; it ends by itself with an ok result. */
export function opened(...steps: readonly HostStep[]): HostPlan {
  return { steps: [{ do: "open" }, ...steps] };
}

/** A run's grace in which whatever a session still has to say is said, on a busy machine too. */
export const LONG_GRACE_MS = 5_000;

/** A session that goes on after its acknowledged result, so long that a slow host answers before its grace is over. */
export function openedWithGrace(...steps: readonly HostStep[]): HostPlan {
  return { run: { limits: { graceMs: LONG_GRACE_MS } }, ...opened(...steps) };
}
