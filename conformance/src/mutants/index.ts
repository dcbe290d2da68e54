import type { Role, Version } from "../target/target.js";
import { HOST_MUTANTS } from "./host/index.js";
import type { Mutant } from "./mutant.js";
import { SANDBOX_MUTANTS } from "./sandbox/index.js";
import { hostMutantsV0 } from "./v0/host.js";
import { sandboxMutantsV0 } from "./v0/sandbox.js";

/** The faults that the kit's own subjects can be given, by version and role. */
export const MUTANTS = {
  0: { host: hostMutantsV0, sandbox: sandboxMutantsV0 },
  1: { host: HOST_MUTANTS, sandbox: SANDBOX_MUTANTS },
} as const satisfies Record<Version, Record<Role, readonly Mutant[]>>;

/** The faults that the kit's own subject of a role can be given: against one version's requirements, or all. */
export function mutantsOf(role: Role, version?: Version): readonly Mutant[] {
  return version === undefined ? [...MUTANTS[1][role], ...MUTANTS[0][role]] : MUTANTS[version][role];
}

/** The version whose requirements a fault breaks; 1 for an oddity. */
export function versionOf(role: Role, fault: string): Version {
  return MUTANTS[0][role].some(({ name }) => name === fault) ? 0 : 1;
}
