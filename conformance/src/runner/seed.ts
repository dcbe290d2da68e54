import { createHash } from "node:crypto";

/**
 * The seed of one case: a hash of the run's seed, the check and the case's index, so that what is selected, sharded
 * or run in parallel changes no case. A 32-bit integer, as fast-check takes it.
 */
export function seedOf(seed: number, checkId: string, index: number): number {
  return createHash("sha256").update(`${seed}\n${checkId}\n${index}`).digest().readInt32BE(0);
}
