import type { SandboxSeen } from "./sandbox-seen.js";
import type { SessionFault } from "./target.js";

/** What is awaited when a driver is to be given something. */
export const DRIVER_ASKS = "the driver's next request";

/**
 * Why a session says nothing of the sandbox: it opened, and its script never asked for work. Of a driver that never
 * did in a first look nobody can tell what the sandbox would do with one that loads.
 */
export function driverFault(
  seen: Pick<SandboxSeen, "driver" | "unmet" | "results" | "times">,
  driver: string,
): SessionFault | undefined {
  const opened = seen.times["open"] !== undefined || seen.times["http-open"] !== undefined;
  if (!opened || seen.driver !== undefined || !seen.unmet.includes(DRIVER_ASKS)) return undefined;
  const [result] = seen.results;
  const { name, message } = Object(result?.ok === false ? result.error : undefined) as {
    name?: unknown;
    message?: unknown;
  };
  const said = message === undefined ? "" : `, and the script ended with ${String(name)}: ${String(message)}`;
  return {
    kind: "adapter",
    message: `the driver didn't load: session.open came, the first conformance.next from ${driver} never did${said}; name one in the sandbox's language with --driver FILE`,
  };
}
