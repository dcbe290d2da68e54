import { FIRST_METHOD_ERROR_CODE } from "@sandpipe/spec/v1";
import { MethodError, type Method } from "./method.js";
import type { Named } from "./envelope.js";

/** The methods that the kit calls to see what a host does; one set per run, since `count` counts per run. */
export function createConformanceMethods(): Method[] {
  const counts = new Map<string, number>();
  const method = (
    name: string,
    accepts: (params: Named) => boolean,
    run: Method["run"],
    idempotent = true,
  ): Method => ({
    name: `conformance.${name}`,
    idempotent,
    accepts: (params) => accepts(params as Named),
    run,
  });
  const anything = (): boolean => true;
  return [
    method("echo", anything, (params) => params),
    method("delay", ({ ms }) => typeof ms === "number" && ms >= 0, delay),
    method(
      "fail",
      ({ code, message }) =>
        Number.isSafeInteger(code) &&
        (code as number) >= FIRST_METHOD_ERROR_CODE &&
        typeof message === "string",
      ({ code, message, data }) => {
        throw new MethodError(code as number, message as string, data);
      },
    ),
    method("throw", anything, () => {
      throw new TypeError("SELECT secret FROM vault -- failed at /srv/host/private/handler.js:42");
    }),
    method(
      "count",
      ({ key }) => typeof key === "string",
      ({ key }) => {
        const count = (counts.get(key as string) ?? 0) + 1;
        counts.set(key as string, count);
        return count;
      },
      false,
    ),
    method(
      "bytes",
      ({ size }) => Number.isSafeInteger(size) && (size as number) >= 0,
      ({ size }) => "x".repeat(size as number),
    ),
    method(
      "hidden",
      ({ key }) => key === undefined || typeof key === "string",
      () => "hidden",
    ),
  ];
}

function delay({ ms, value }: Named, { signal }: { signal: AbortSignal }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value ?? null), ms as number);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("aborted"));
    });
  });
}
