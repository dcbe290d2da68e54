import type { SessionInfo } from "@sandpipe/spec/v1";
import type { Method, MethodSource } from "../methods/method.js";

/** The methods that exist in one session. */
export interface MethodTable {
  /** Those that may be called, in the order of `names`; all where it is absent. */
  whitelist(names?: readonly string[]): ReadonlyMap<string, Method>;
  /** Gives up what the methods keep for the session. */
  dispose(): Promise<void>;
}

/** Makes the methods of one session from those of every session and the sources. */
export function createMethodTable(
  entries: readonly (Method | MethodSource)[],
  session: SessionInfo,
  scratch: string,
  inputs?: string,
): MethodTable {
  const methods = new Map<string, Method>();
  const disposers: (() => void | Promise<void>)[] = [];
  for (const entry of entries) {
    const made = typeof entry === "function" ? entry(session, scratch, inputs) : undefined;
    if (made) disposers.push(() => made.dispose());
    for (const method of made?.methods ?? [entry as Method]) {
      if (methods.has(method.name)) throw new TypeError(`The method ${method.name} is registered twice`);
      methods.set(method.name, method);
    }
  }
  return {
    whitelist(names = [...methods.keys()]) {
      const allowed = new Map<string, Method>();
      for (const name of names) {
        const method = methods.get(name);
        if (!method)
          throw new TypeError(`No method ${name} is registered: register it or leave it off the whitelist`);
        allowed.set(name, method);
      }
      return allowed;
    },
    async dispose() {
      for (const dispose of disposers) await dispose();
    },
  };
}
