import type { MethodSource } from "../methods/method.js";
import { checkMethodName } from "./method-name.js";
import { createHostCore } from "./host.js";
import type { Host, HostOptions } from "./host.js";

/**
 * Creates a host; scripts are isolated where that works.
 * @throws TypeError for a method under a reserved name
 */
export function createHost(options: HostOptions = {}): Host {
  const methods = (options.methods ?? []).map((entry) => {
    if (typeof entry !== "function") {
      checkMethodName(entry.name);
      return entry;
    }
    const checked: MethodSource = (...facts) => {
      const made = entry(...facts);
      for (const { name } of made.methods) checkMethodName(name);
      return made;
    };
    return Object.assign(checked, entry.describes && { describes: entry.describes });
  });
  return createHostCore({ isolation: "auto", ...options, methods });
}
