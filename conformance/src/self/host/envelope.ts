import { MAX_NAME_CODE_POINTS, type Id } from "@sandpipe/spec/v1";
import type { WireObject } from "../../wire/decode.js";
import type { Deviations } from "./deviations.js";

/** What a frame from the sandbox is. */
export type Envelope =
  | { readonly kind: "request"; readonly id: Id; readonly method: string; readonly params: Named }
  | { readonly kind: "notification"; readonly method: string; readonly params: Named }
  /** It has a method and is neither; `id` where it is valid. */
  | { readonly kind: "invalid"; readonly id: Id | undefined }
  /** It has no method: never answered (`call:answer:never-answered`). */
  | { readonly kind: "answer" };

/** Parameters by name. */
export type Named = Readonly<Record<string, unknown>>;

const KNOWN = new Set(["jsonrpc", "id", "method", "params"]);

/** Reads the envelope of a frame (`call:envelope:invalid-request`, `call:id:invalid-refused`). */
export function readEnvelope(frame: WireObject, deviations: Deviations): Envelope {
  if (!Object.hasOwn(frame, "method")) return { kind: "answer" };
  const { method } = frame;
  const hasId = Object.hasOwn(frame, "id");
  const id = hasId && isId(frame["id"], deviations) ? frame["id"] : undefined;
  const params = readParams(frame, deviations);
  const valid =
    (frame["jsonrpc"] === "2.0" || deviations.has("any-jsonrpc-version-served")) &&
    typeof method === "string" &&
    (codePoints(method) <= MAX_NAME_CODE_POINTS || deviations.has("long-name-unknown")) &&
    params !== undefined &&
    (id !== undefined || !hasId) &&
    !(deviations.has("unknown-members-refused") && Object.keys(frame).some((name) => !KNOWN.has(name)));
  if (!valid) return { kind: "invalid", id };
  return id === undefined
    ? { kind: "notification", method, params }
    : { kind: "request", id, method, params };
}

function readParams(frame: WireObject, deviations: Deviations): Named | undefined {
  if (!Object.hasOwn(frame, "params")) return deviations.has("absent-params-refused") ? undefined : {};
  const { params } = frame;
  if (typeof params !== "object" || params === null) return undefined;
  if (Array.isArray(params)) return deviations.has("positional-params-taken") ? { ...params } : undefined;
  return params as Named;
}

/** Whether a value is a valid id (`call:id:invalid-refused`). */
export function isId(value: unknown, deviations: Deviations): value is Id {
  if (value === null) return deviations.has("null-id-served");
  if (typeof value === "number") return Number.isSafeInteger(value) || deviations.has("fractional-id-served");
  if (typeof value !== "string" || value === "") return false;
  if (deviations.has("id-length-in-units")) return value.length <= MAX_NAME_CODE_POINTS;
  return codePoints(value) <= MAX_NAME_CODE_POINTS || deviations.has("long-id-served");
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
