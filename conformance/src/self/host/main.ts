import { serveControl } from "./adapter.js";
import { deviationNamed, NO_DEVIATIONS } from "./deviations.js";

/**
 * Serves the kit's own host as an adapter on this process's stdin and stdout, with one named fault or oddity or
 * none; resolves when the kit has ended it. An unknown name throws a RangeError that lists the names.
 */
export async function runSelfHost(fault?: string): Promise<void> {
  const deviations = fault === undefined ? NO_DEVIATIONS : deviationNamed(fault);
  await serveControl(process.stdin, process.stdout, deviations);
}
