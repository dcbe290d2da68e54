import { FIRST_METHOD_ERROR_CODE } from "@sandpipe/spec/v1";
import type { Validator } from "#validators";
import { MethodError } from "../methods/method.js";
import type { CallContext, Method, MethodSource } from "../methods/method.js";

interface Params {
  readonly [name: string]: unknown;
}

/** The methods by which the kit sees what a host executes; made anew for each run, so that counts are per run. */
export const conformanceMethods: MethodSource = () => {
  const counts = new Map<string, number>();
  return {
    methods: [
      define(
        "echo",
        () => undefined,
        (params) => params,
      ),
      define("delay", wants("ms", "number"), delay),
      define("fail", wants("code", "number"), fail),
      define("throw", () => undefined, explode),
      define(
        "count",
        wants("key", "string"),
        (params) => {
          const key = params["key"] as string;
          const count = (counts.get(key) ?? 0) + 1;
          counts.set(key, count);
          return count;
        },
        false,
      ),
      define("bytes", wants("size", "number"), bytes),
      define(
        "hidden",
        () => undefined,
        () => "never whitelisted",
      ),
    ],
    dispose: () => undefined,
  };
};

/** A name that shows when it leaks. */
const PRIVATE_TEXT = "SELECT secret FROM /srv/private/host.db";

function define(
  name: string,
  fault: (params: Params) => string | undefined,
  handle: (params: Params, context: CallContext) => unknown,
  idempotent = true,
): Method<Params> {
  const validate = ((params: unknown) => {
    const message = fault(params as Params);
    validate.errors =
      message === undefined ? null : [{ instancePath: "", keyword: "type", message, params: {} }];
    return message === undefined;
  }) as Validator<Params>;
  return { name: `conformance.${name}`, idempotent, validate, handle };
}

function wants(member: string, type: "number" | "string"): (params: Params) => string | undefined {
  return (params) => {
    const value = Object.hasOwn(params, member) ? params[member] : undefined;
    const fits =
      type === "string" ? typeof value === "string" : Number.isSafeInteger(value) && (value as number) >= 0;
    return fits ? undefined : `must have ${member}, a ${type}`;
  };
}

/** Never makes more than what already doesn't fit a frame. */
function bytes(params: Params, { limits }: CallContext): string {
  return "x".repeat(Math.min(params["size"] as number, limits.maxFrameBytes));
}

function delay(params: Params, { signal }: CallContext): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(params["value"] ?? null), params["ms"] as number);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
}

function fail(params: Params): never {
  const { code, message, data } = params;
  if ((code as number) < FIRST_METHOD_ERROR_CODE) {
    throw new MethodError(-32602, `Invalid params: params.code must be at least ${FIRST_METHOD_ERROR_CODE}`);
  }
  throw new MethodError(code as number, typeof message === "string" ? message : "failed as asked", data);
}

function explode(): never {
  throw new Error(PRIVATE_TEXT);
}
