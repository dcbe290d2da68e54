import { startHostTarget } from "../target/host-target.js";
import type { StartOptions } from "../target/target.js";
import { judgeSession } from "./judge-session.js";
import { loadVectorFiles } from "./load.js";
import { sessionPlan } from "./session-plan.js";
import type { SessionVector } from "./session-vector.js";

/** What a host did with one session vector. */
export interface SessionVerdict {
  readonly vector: SessionVector;
  /** Undefined where the vector belongs to a feature that the host doesn't declare. */
  readonly faults?: readonly string[];
}

/** Every session vector of v1. */
export function loadSessionVectors(): SessionVector[] {
  return loadVectorFiles<SessionVector>(1, "sessions").flatMap(({ file }) => file.vectors);
}

/** Plays session vectors to a host behind its adapter. Rejects with `SubjectError` when it can't be started. */
export async function runSessionVectors(
  options: StartOptions,
  vectors: readonly SessionVector[],
  signal: AbortSignal,
): Promise<SessionVerdict[]> {
  const target = await startHostTarget(options);
  try {
    const verdicts: SessionVerdict[] = [];
    const queue = [...vectors.entries()];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, vector] = next;
        if (vector.feature !== undefined && !target.subject.features.includes(vector.feature)) {
          verdicts[index] = { vector };
          continue;
        }
        const { seen, facts, fault } = await target.run(sessionPlan(vector), signal);
        const own = facts.map(({ about, actual }) => `${about}: ${JSON.stringify(actual)}`);
        const judged = seen === undefined ? [] : judgeSession(vector, seen);
        verdicts[index] = { vector, faults: [...(fault ? [fault.message] : []), ...own, ...judged] };
      }
    };
    const workers = Math.max(1, Math.min(options.jobs, target.subject.maxRuns));
    await Promise.all(Array.from({ length: workers }, worker));
    return verdicts;
  } finally {
    await target.close();
  }
}
