import type { Role } from "../target/target.js";
import { HOST_MUTANTS } from "./host/index.js";
import type { Mutant } from "./mutant.js";
import { SANDBOX_MUTANTS } from "./sandbox/index.js";

/** The faults that the kit's own subject of a role can be given. */
export function mutantsOf(role: Role): readonly Mutant[] {
  return role === "host" ? HOST_MUTANTS : SANDBOX_MUTANTS;
}
