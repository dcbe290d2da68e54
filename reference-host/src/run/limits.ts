import type { Limits } from "@sandpipe/spec/v1";
import { DEFAULT_LIMITS, MINIMUM_LIMITS } from "@sandpipe/spec/v1";

/**
 * The limits that hold for a run: the defaults, overridden from left to right. Throws RangeError for one that is no
 * whole number or below what every host grants (`limit:minima:granted`).
 */
export function resolveLimits(...overrides: readonly (Partial<Limits> | undefined)[]): Limits {
  const limits: Limits = Object.assign({}, DEFAULT_LIMITS, ...overrides);
  const least: Partial<Record<string, number>> = { ...MINIMUM_LIMITS, maxOutputBytes: 0 };
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    const minimum = least[name] ?? 1;
    if (!Number.isSafeInteger(value) || (value as number) < minimum) {
      throw new RangeError(
        `The limit ${name} must be a whole number of at least ${minimum}, not ${String(value)}`,
      );
    }
  }
  // What the answer of session.open tells must hold (`session:open:limits-told`).
  if (limits.memoryBytes !== undefined) {
    throw new RangeError("The limit memoryBytes isn't enforced by this host: leave it out");
  }
  return limits;
}
