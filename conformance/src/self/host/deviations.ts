import type { HostFault } from "../../mutants/host/index.js";
import { mutantsOf } from "../../mutants/index.js";
import type { HostFaultV0 } from "../../mutants/v0/host.js";
import { HOST_ODDITIES, type HostOddity } from "../../oddities/host/index.js";

/** Where the kit's own host departs from the straight path: a fault to be found, or a lawful oddity. */
export interface Deviations {
  has(name: HostFault | HostFaultV0 | HostOddity): boolean;
}

/** The host as it should be. */
export const NO_DEVIATIONS: Deviations = { has: () => false };

/** The deviations of these names, joined by "+"; throws a RangeError that lists the names when one is unknown. */
export function deviationNamed(name: string): Deviations {
  const names: readonly string[] = [...mutantsOf("host"), ...HOST_ODDITIES].map((entry) => entry.name);
  const wanted = name.split("+");
  for (const one of wanted)
    if (!names.includes(one))
      throw new RangeError(`no host fault is named "${one}"; the names are:\n  ${names.join("\n  ")}`);
  return new Set(wanted);
}
