import { RPC_ERROR } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import { MethodError, type Method } from "./method.js";

/** The method of that name when the session may call it (`method:whitelist:exact`). */
export function whitelisted(
  name: string,
  allowed: readonly string[],
  registered: ReadonlyMap<string, Method>,
  deviations: Deviations,
): Method | undefined {
  let match = allowed.find((entry) => entry === name);
  if (deviations.has("whitelist-by-prefix")) match ??= allowed.find((entry) => name.startsWith(entry));
  if (deviations.has("whitelist-ignores-case"))
    match ??= allowed.find((entry) => entry.toLowerCase() === name.toLowerCase());
  if (deviations.has("whitelist-trims")) match ??= allowed.find((entry) => entry === name.trim());
  if (deviations.has("whitelist-plain-object") && Reflect.get({}, name) !== undefined)
    return { name, idempotent: true, accepts: () => true, run: () => ({}) };
  if (deviations.has("hidden-executed") && registered.has(name)) match ??= name;
  return match === undefined ? undefined : registered.get(match);
}

/** The one answer of every name that can't be called (`method:whitelist:hidden-is-unknown`). */
export function unknownMethod(
  name: string,
  registered: ReadonlyMap<string, Method>,
  deviations: Deviations,
): MethodError {
  if (registered.has(name)) {
    if (deviations.has("hidden-says-forbidden")) return new MethodError(2403, `${name} is forbidden`);
    if (deviations.has("hidden-oracle-by-message"))
      return new MethodError(RPC_ERROR.methodNotFound, `${name} is not allowed`);
  }
  return new MethodError(RPC_ERROR.methodNotFound, `unknown method ${name}`);
}
