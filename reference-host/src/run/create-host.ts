import { checkMethodName } from "./define-method.js";
import { createHostCore } from "./host.js";
import type { Host, HostOptions } from "./host.js";

/**
 * Creates a host.
 * @throws TypeError for a method under a reserved name
 */
export function createHost(options: HostOptions = {}): Host {
  const methods = (options.methods ?? []).map((entry) => {
    if (typeof entry !== "function") {
      checkMethodName(entry.name);
      return entry;
    }
    return (...facts: Parameters<typeof entry>) => {
      const made = entry(...facts);
      for (const { name } of made.methods) checkMethodName(name);
      return made;
    };
  });
  return createHostCore({ ...options, methods });
}
