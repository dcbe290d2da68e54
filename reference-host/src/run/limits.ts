import type { Limits } from "@sandpipe/spec/v1";
import { DEFAULT_LIMITS, MINIMUM_LIMITS } from "@sandpipe/spec/v1";

/** Below it no runtime starts. */
const LEAST_MEMORY_BYTES = 67_108_864;

/**
 * The limits that hold for a run: the defaults, overridden from left to right. Throws RangeError for one that is no
 * whole number or below what every host grants (`limit:minima:granted`).
 */
export function resolveLimits(...overrides: readonly (Partial<Limits> | undefined)[]): Limits {
  const limits: Limits = Object.assign({}, DEFAULT_LIMITS, ...overrides);
  const least: Partial<Record<string, number>> = {
    ...MINIMUM_LIMITS,
    maxOutputBytes: 0,
    memoryBytes: LEAST_MEMORY_BYTES,
  };
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    const minimum = least[name] ?? 1;
    if (!Number.isSafeInteger(value) || (value as number) < minimum) {
      throw new RangeError(
        `The limit ${name} must be a whole number of at least ${minimum}, not ${String(value)}`,
      );
    }
  }
  return limits;
}
