import type { Mutant } from "../mutant.js";

/** Every fault of the kit's own sandbox. */
export const sandboxMutants: readonly Mutant[] = [];
