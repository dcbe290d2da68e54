import { ERROR_CODE, RPC_ERROR, type Id } from "@sandpipe/spec/v1";
import type { ViolationKind, WireObject } from "../../wire/decode.js";
import type { Answer, ErrorBody } from "./calls.js";
import type { Deviations } from "./deviations.js";

/** The requirement that each kind of bad record breaks. */
export const ROW_OF: Readonly<Record<ViolationKind, string>> = {
  "not-json": "frame:violation:not-json",
  "no-jsonrpc": "frame:violation:no-jsonrpc",
  "too-deep": "limit:depth:boundary",
  restart: "frame:violation:restart",
  "cut-end": "frame:violation:cut-end",
  "too-large": "limit:frame:in-boundary",
};

/** What a bad record is answered with, id null; nothing where the table of framing says so. */
export function answerTo(kind: ViolationKind, deviations: Deviations): ErrorBody | undefined {
  if (kind === "too-deep" || kind === "too-large") {
    const data = { kind: "limit_exceeded" };
    return { code: ERROR_CODE.limit_exceeded, message: `the record is ${kind.replace("-", " ")}`, data };
  }
  if (kind === "not-json" && deviations.has("violation-unanswered")) return undefined;
  const silent = kind === "cut-end" || (kind === "no-jsonrpc" && !deviations.has("bare-object-answered"));
  return silent ? undefined : { code: RPC_ERROR.parseError, message: "the record is no JSON object" };
}

/** The id as the response carries it. */
export function echoId(id: Id, deviations: Deviations): Id {
  if (deviations.has("ids-as-text")) return String(id);
  const numeric = deviations.has("ids-through-number-parser") && typeof id === "string" && /^\d/u.test(id);
  return numeric ? Number.parseInt(id, 10) : id;
}

/** An answer, less the kind of its error where that is the fault. */
export function withoutKind(answer: Answer, deviations: Deviations): WireObject {
  if (!("error" in answer) || answer.error.code >= 2000 || !deviations.has("kind-missing"))
    return { ...answer };
  const { code, message } = answer.error;
  return { error: { code, message } };
}

/** Whether a text in it has half of a surrogate pair: JSON.stringify escapes exactly those. */
export function hasLoneSurrogate(value: unknown): boolean {
  return /(?<!\\)(?:\\\\)*\\ud[89a-f]/u.test(JSON.stringify(value));
}
