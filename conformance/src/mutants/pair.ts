import type { Role } from "../target/target.js";

/** Two faults in one subject: each must be found although the other is there. */
export interface Pair {
  readonly role: Role;
  /** Names of mutants that break different rows. */
  readonly faults: readonly [string, string];
  /** Why one could hide the other. */
  readonly why: string;
  /** Of the two, the one that can't show while the other is there. */
  readonly masked?: string;
}
