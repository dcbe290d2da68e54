import type { SandboxFault } from "../../mutants/sandbox/index.js";
import { mutantsOf } from "../../mutants/index.js";
import type { SandboxFaultV0 } from "../../mutants/v0/sandbox.js";
import { SANDBOX_ODDITIES, type SandboxOddity } from "../../oddities/sandbox/index.js";

/** Where the kit's own sandbox departs from the straight path: a fault to be found, or a lawful oddity. */
export interface Deviations {
  has(name: SandboxFault | SandboxFaultV0 | SandboxOddity): boolean;
}

/**
 * The deviations of these names, joined by "+", none for undefined; throws a RangeError that lists the names when
 * one is unknown.
 */
export function deviationNamed(name: string | undefined): Deviations {
  if (name === undefined) return { has: () => false };
  const names: readonly string[] = [...mutantsOf("sandbox"), ...SANDBOX_ODDITIES].map((entry) => entry.name);
  const wanted = name.split("+");
  for (const one of wanted)
    if (!names.includes(one))
      throw new RangeError(`no sandbox fault is named "${one}"; the names are:\n  ${names.join("\n  ")}`);
  return new Set(wanted);
}
