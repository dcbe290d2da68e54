import type { MethodSource } from "../methods/method.js";
import { checkMethodName } from "./method-name.js";
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
    const checked: MethodSource = (session, scratch) => {
      const made = entry(session, scratch);
      for (const { name } of made.methods) checkMethodName(name);
      return made;
    };
    return Object.assign(checked, entry.describes && { describes: entry.describes });
  });
  return createHostCore({ ...options, methods });
}
