import type { Validator } from "#validators";
import type { CallContext, Method } from "./method.js";

/** The methods over a run's fixture. */
export interface FileMethods {
  readonly methods: readonly Method[];
  dispose(): void;
}

/** Makes a method from a validator and a handler of the types that it proves. */
export function defineMethod<P>(
  name: string,
  accepts: Validator<P>,
  run: (params: P, context: CallContext) => unknown,
  idempotent = true,
): Method {
  return { name, idempotent, accepts, run: (params, context) => run(params as P, context) };
}
