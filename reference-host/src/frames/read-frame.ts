import type { Id, Params } from "@sandpipe/spec/v1";
import { isDeeperThan } from "./depth.js";
import { isId, isMethodName } from "./names.js";

/** What one record is. */
export type Reading =
  | {
      readonly kind: "request";
      readonly id: Id;
      readonly method: string;
      readonly params: Params;
      /** `params._meta.traceparent` (W3C), where it is a string; judged by whoever traces. */
      readonly traceparent: string | undefined;
    }
  | { readonly kind: "notification"; readonly method: string; readonly params: Params }
  /** Has a `method` but is no valid request or notification; the id is undefined where it isn't valid. */
  | { readonly kind: "invalid"; readonly id: Id | undefined; readonly fault: string }
  /** Has no `method`: a response, to nothing that a host asks (`call:answer:never-answered`). */
  | { readonly kind: "answer" }
  | { readonly kind: "not-json" | "no-jsonrpc" | "too-deep" };

const NOT_JSON: Reading = { kind: "not-json" };
const TOO_DEEP: Reading = { kind: "too-deep" };
const NO_JSONRPC: Reading = { kind: "no-jsonrpc" };
const ANSWER: Reading = { kind: "answer" };
const CR_CODE = 0x0d;

/**
 * Reads the text between RS and LF. Faults come in the order of `error:order:first-fault`, but depth is looked at
 * before the JSON: no parser sees a text that could overflow its stack (`error:order:depth-first`).
 */
export function readFrame(text: string, maxDepth: number): Reading {
  // `frame:end:one-cr-dropped`
  const json = text.charCodeAt(text.length - 1) === CR_CODE ? text.slice(0, -1) : text;
  if (isDeeperThan(json, maxDepth)) return TOO_DEEP;
  let value: unknown;
  try {
    // `frame:json:tolerated`, `frame:json:read-once`
    value = JSON.parse(json);
  } catch {
    return NOT_JSON;
  }
  // `call:envelope:no-batch`
  return isObject(value) ? readEnvelope(value) : NOT_JSON;
}

/** Reads a parsed frame. Members are looked up as own ones: `__proto__` from JSON is an ordinary member. */
export function readEnvelope(frame: Readonly<Record<string, unknown>>): Reading {
  if (!Object.hasOwn(frame, "jsonrpc")) return NO_JSONRPC;
  if (!Object.hasOwn(frame, "method")) return ANSWER;
  // `call:envelope:unknown-members`
  const { jsonrpc, method } = frame;
  const hasId = Object.hasOwn(frame, "id");
  const id = hasId && isId(frame["id"]) ? frame["id"] : undefined;
  const refuse = (fault: string): Reading => ({ kind: "invalid", id, fault });

  if (jsonrpc !== "2.0") return refuse('`jsonrpc` must be "2.0"');
  if (!isMethodName(method)) return refuse("`method` must be a string of at most 128 code points");
  if (hasId && id === undefined) {
    return refuse(
      "`id` must be a non-empty string of at most 128 code points or an integer within ±(2^53−1)",
    );
  }
  // `call:params:absent`
  const params = Object.hasOwn(frame, "params") ? frame["params"] : {};
  // `call:params:by-name`
  if (!isObject(params)) return refuse("`params` must be an object");
  // `call:params:meta-taken-out`: nobody else holds this object.
  let traceparent: string | undefined;
  if (Object.hasOwn(params, "_meta")) {
    traceparent = traceparentOf(params["_meta"]);
    delete params["_meta"];
  }
  return id === undefined
    ? { kind: "notification", method, params }
    : { kind: "request", id, method, params, traceparent };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function traceparentOf(meta: unknown): string | undefined {
  if (!isObject(meta) || !Object.hasOwn(meta, "traceparent")) return undefined;
  const { traceparent } = meta;
  return typeof traceparent === "string" ? traceparent : undefined;
}
