import { findCommand } from "../process/find-command.js";
import { hasMemoryCgroup } from "./memory-cgroup.js";

/** What a sandbox's processes may use of the machine; absent members are not bounded. */
export interface ResourceLimits {
  /** Seconds of processor time of each process; beyond it SIGXCPU ends it. */
  readonly cpuSeconds?: number;
  /** Bytes of each file that is written. */
  readonly fileBytes?: number;
  /** Descriptors of each process. */
  readonly openFiles?: number;
}

/**
 * The least RLIMIT_DATA: below it runtimes lose their JIT without a word and are five times slower. RLIMIT_AS aborts
 * them, and is never set.
 */
export const LEAST_DATA_BYTES = 2_684_354_560;

const OPTIONS = { cpuSeconds: "--cpu", fileBytes: "--fsize", openFiles: "--nofile" } as const;

/** Throws RangeError for a bound that can't be kept on this machine, and says what would make it possible. */
export function checkResources(resources: ResourceLimits, memoryBytes: number | undefined): void {
  for (const [name, value] of Object.entries(resources) as [string, unknown][]) {
    if (value !== undefined && (!Number.isSafeInteger(value) || (value as number) < 1)) {
      throw new RangeError(`The resource ${name} must be a whole number of at least 1, not ${String(value)}`);
    }
  }
  const byCgroup = hasMemoryCgroup();
  if (memoryBytes !== undefined && !byCgroup && memoryBytes < LEAST_DATA_BYTES) {
    throw new RangeError(
      `The limit memoryBytes must be at least ${LEAST_DATA_BYTES} on this machine, where no cgroup is delegated to the host`,
    );
  }
  const wantsPrlimit = Object.values(resources).some((value) => value !== undefined);
  if ((wantsPrlimit || (memoryBytes !== undefined && !byCgroup)) && prlimit() === undefined) {
    throw new RangeError("Resources can't be bounded here: prlimit is missing (apt-get install util-linux)");
  }
}

/** What to put before a command so that these bounds hold for it; it ends in `exec`. */
export function resourceLauncher(resources: ResourceLimits, memoryBytes: number | undefined): string[] {
  const options = (Object.keys(OPTIONS) as (keyof ResourceLimits)[]).flatMap((name) => {
    const value = resources[name];
    if (value === undefined) return [];
    // SIGXCPU comes at the soft limit, SIGKILL at the hard one: to whoever ignores the first, a second later.
    return [`${OPTIONS[name]}=${name === "cpuSeconds" ? `${value}:${value + 1}` : value}`];
  });
  if (memoryBytes !== undefined && !hasMemoryCgroup()) options.push(`--data=${memoryBytes}`);
  return options.length === 0 ? [] : [prlimit() as string, ...options, "--"];
}

function prlimit(): string | undefined {
  try {
    return findCommand("prlimit", process.env["PATH"]);
  } catch {
    return undefined;
  }
}
