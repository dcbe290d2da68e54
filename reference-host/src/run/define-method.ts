import { createRequire } from "node:module";
import type { Validator } from "#validators";
import type { CallContext, JsonSchema, Method } from "../methods/method.js";
import { checkMethodName } from "./method-name.js";

/** A method of a host's own, described by the JSON Schemas (draft-07) of its params and result. */
export interface MethodDefinition<P, R> {
  readonly name: string;
  /** Whether a second execution changes nothing; default false, for a wrong true makes a sandbox resend. */
  readonly idempotent?: boolean;
  /** One sentence for the OpenRPC document. */
  readonly description?: string;
  /** Params without `_meta`; what doesn't fit is answered −32602 and never handled. */
  readonly params: JsonSchema;
  /** What doesn't fit is the host's own mistake: the peer gets −32603, the host's user the reason. Default: anything. */
  readonly result?: JsonSchema;
  /** Does the work; a MethodError crosses the wire as it is, anything else that it throws becomes −32603. */
  handle(params: P, context: CallContext): R | Promise<R>;
}

/**
 * Defines a method of a host's own. Schemas are compiled here, once; P and R are what they describe.
 * @throws TypeError for a reserved or too long name, or a schema that can't be compiled
 */
export function defineMethod<P, R>(method: Method<P, R> | MethodDefinition<P, R>): Method<P, R> {
  checkMethodName(method.name);
  if ("validate" in method) return method;
  const { name, idempotent = false, description, params, result } = method;
  const check = result === undefined ? undefined : compile<R>(`result of ${name}`, result);
  return {
    name,
    idempotent,
    params,
    ...(description !== undefined && { description }),
    ...(result !== undefined && { result }),
    validate: compile<P>(`params of ${name}`, params),
    handle(given, context) {
      const made = method.handle(given, context);
      if (check === undefined) return made;
      return made instanceof Promise
        ? made.then((value) => judge(name, check, value))
        : judge(name, check, made);
    },
  };
}

function compile<T>(what: string, schema: JsonSchema): Validator<T> {
  try {
    // An instance of its own: one method's `$id` is no other's business. Formats are notes: none is judged here.
    const ajv = new (loadAjv())({
      strict: true,
      allowUnionTypes: true,
      strictRequired: false,
      validateFormats: false,
    });
    return ajv.compile<T>(schema) as unknown as Validator<T>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`The schema of the ${what} can't be compiled: ${reason}`, { cause: error });
  }
}

function judge<R>(name: string, check: Validator<R>, value: R): R {
  if (check(value ?? null)) return value;
  const [fault] = check.errors ?? [];
  const where = fault?.instancePath === "" ? "the result" : `its ${fault?.instancePath}`;
  throw new TypeError(
    `${name} gave a result that its schema refuses: ${where} ${fault?.message ?? "is wrong"}`,
  );
}

/** Loaded only for schemas: a host without methods of its own needs none at its start. */
function loadAjv(): typeof import("ajv").Ajv {
  return (createRequire(import.meta.url)("ajv") as typeof import("ajv")).Ajv;
}
