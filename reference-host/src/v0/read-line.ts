import { isUtf8 } from "node:buffer";
import type { Params } from "@sandpipe/spec/v0";
import { isDeeperThan } from "../frames/depth.js";

/** A call of version 0. */
export interface RequestV0 {
  readonly id: string;
  readonly method: string;
  readonly params: Params;
}

/** What one line of version 0 is: a call, a JSON object that is none, or any other print. */
export type LineReading =
  | { readonly kind: "request"; readonly request: RequestV0 }
  | { readonly kind: "object"; readonly value: object }
  | { readonly kind: "text" };

/** Version 0 has no limits: this keeps what a line says from overflowing the stack of whoever writes it again. */
const MAX_DEPTH = 1_000;
const TEXT: LineReading = { kind: "text" };

/**
 * Reads one line, with or without its LF. Of what the founding document leaves open: an id that is a number names no
 * call, `params` of null are as if absent, and white space around the object, CR too, is the JSON's.
 */
export function readLine(line: Buffer): LineReading {
  if (!isUtf8(line)) return TEXT;
  const text = line.toString("utf8");
  if (isDeeperThan(text, MAX_DEPTH)) return TEXT;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return TEXT;
  }
  if (!isObject(value)) return TEXT;
  // `call:envelope:unknown-members`
  // Own members only: `__proto__` from JSON is an ordinary one.
  const [id, method, params] = ["id", "method", "params"].map((name) =>
    Object.hasOwn(value, name) ? value[name] : undefined,
  );
  const isCall =
    isName(id) && isName(method) && (params === undefined || params === null || isObject(params));
  if (!isCall) return { kind: "object", value };
  return { kind: "request", request: { id, method, params: (params as Params | null | undefined) ?? {} } };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
