import { SANDBOX_MUTANTS, type SandboxFault } from "../../mutants/sandbox/index.js";
import { SANDBOX_ODDITIES, type SandboxOddity } from "../../oddities/sandbox/index.js";

/** Where the kit's own sandbox departs from the straight path: a fault to be found, or a lawful oddity. */
export interface Deviations {
  has(name: SandboxFault | SandboxOddity): boolean;
}

/** The one deviation of that name, none for undefined; throws a RangeError that lists the names when there is none. */
export function deviationNamed(name: string | undefined): Deviations {
  if (name === undefined) return { has: () => false };
  const names: readonly string[] = [...SANDBOX_MUTANTS, ...SANDBOX_ODDITIES].map((entry) => entry.name);
  if (!names.includes(name))
    throw new RangeError(`no sandbox fault is named "${name}"; the names are:\n  ${names.join("\n  ")}`);
  return new Set([name]);
}
