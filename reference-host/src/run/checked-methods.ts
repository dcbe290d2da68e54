import type { Method, MethodSource } from "../methods/method.js";
import { checkMethodName } from "./method-name.js";

/**
 * Keeps methods under reserved names out, now or when their source makes them.
 * @throws TypeError
 */
export function checkedMethods(
  entries: readonly (Method | MethodSource)[],
): readonly (Method | MethodSource)[] {
  return entries.map((entry) => {
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
}
