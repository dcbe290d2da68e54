import type { SessionResultParams } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";

type Failed = Extract<SessionResultParams, { ok: false }>;

/** What the script's value becomes; undefined where a fault can't say. Pure. */
export function succeeded(value: unknown, deviations: Deviations): Readonly<Record<string, unknown>> {
  const given = value === undefined && !deviations.has("undefined-dropped") ? null : value;
  try {
    const text = JSON.stringify(given);
    if (deviations.has("result-as-text")) return { ok: true, value: text };
    if (deviations.has("result-nulls-dropped"))
      return {
        ok: true,
        value: JSON.parse(text, (_, member: unknown) => (member === null ? undefined : member)),
      };
    return { ok: true, value: given };
  } catch (cause) {
    if (deviations.has("unserializable-null")) return { ok: true, value: null };
    if (deviations.has("unserializable-crashes")) throw cause;
    return failed("ResultNotSerializable", `the script's result can't be JSON: ${(cause as Error).message}`);
  }
}

/** What an error becomes. Pure. */
export function threw(error: unknown, deviations: Deviations): Readonly<Record<string, unknown>> {
  const { name, message, stack } = Object(error) as { name?: unknown; message?: unknown; stack?: unknown };
  const text = typeof message === "string" ? message : String(error);
  if (deviations.has("throw-as-success")) return { ok: true, value: { message: text } };
  if (deviations.has("throw-named-error")) return { ...failed("ScriptError", text) };
  return {
    ...failed(typeof name === "string" ? name : "Error", text, typeof stack === "string" ? stack : undefined),
  };
}

/** A result that says not ok. */
export function failed(name: string, message: string, stack?: string): Failed & Record<string, unknown> {
  return { ok: false, error: { name, message, ...(stack === undefined ? {} : { stack }) } };
}
