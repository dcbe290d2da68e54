import type { HostPlan, HostStep, Part } from "../target/host-plan.js";
import { requireValidFrame } from "../target/own-frame.js";
import { bytesOf } from "./bytes-of.js";
import type { SessionStep, SessionVector } from "./session-vector.js";

/** The plan by which the kit's probe plays a session vector. */
export function sessionPlan({ given, steps }: SessionVector): HostPlan {
  const { session, methods, limits, fixture } = given;
  const taken = new Set<unknown>();
  return {
    run: { session, methods: [...methods], ...(limits && { limits }), ...(fixture && { fixture }) },
    steps: steps.flatMap((step) => stepsOf(step, taken)),
  };
}

function stepsOf(step: SessionStep, taken: Set<unknown>): HostStep[] {
  if ("write" in step) return [{ do: "write", parts: step.write.map((part) => partOf(part, taken)) }];
  if ("exit" in step) return [{ do: "exit", code: step.exit }];
  if ("signal" in step) return [{ do: "signal", name: step.signal }];
  const ids = step.expect.map(({ id }) => id);
  const refusals = ids.filter((id) => id === null).length;
  const named = ids.filter((id) => id !== null);
  return [
    ...(named.length > 0 ? [{ do: "await" as const, ids: named }] : []),
    ...(refusals > 0 ? [{ do: "await-refusals" as const, count: refusals }] : []),
  ];
}

type WritePart = Extract<SessionStep, { write: unknown }>["write"][number];

function partOf(part: WritePart, taken: Set<unknown>): Part {
  if ("frame" in part) return isOwn(part.frame, taken) ? part : { record: JSON.stringify(part.frame) };
  if ("text" in part) return part;
  if ("repeat" in part && "text" in part.of) return { repeat: { text: part.of.text, count: part.repeat } };
  return { base64: Buffer.from(bytesOf([part])).toString("base64") };
}

/**
 * Frames that the kit's schemas accept count as its requests; the others go out as the text that they are. So does
 * a `session.*` request under an id that a call has taken: its answer must not be read as the call's.
 */
function isOwn(frame: unknown, taken: Set<unknown>): boolean {
  const { id, method } = frame as { id?: unknown; method?: unknown };
  if (taken.has(id) && String(method).startsWith("session.")) return false;
  try {
    requireValidFrame(frame);
    taken.add(id);
    return true;
  } catch {
    return false;
  }
}
