import { HOST_MUTANTS, type HostFault } from "../../mutants/host/index.js";
import { HOST_ODDITIES, type HostOddity } from "../../oddities/host/index.js";

/** Where the kit's own host departs from the straight path: a fault to be found, or a lawful oddity. */
export interface Deviations {
  has(name: HostFault | HostOddity): boolean;
}

/** The host as it should be. */
export const NO_DEVIATIONS: Deviations = { has: () => false };

/** The one deviation of that name; throws a RangeError that lists the names when there is none. */
export function deviationNamed(name: string): Deviations {
  const names: readonly string[] = [...HOST_MUTANTS, ...HOST_ODDITIES].map((entry) => entry.name);
  if (!names.includes(name))
    throw new RangeError(`no host fault is named "${name}"; the names are:\n  ${names.join("\n  ")}`);
  return new Set([name]);
}
