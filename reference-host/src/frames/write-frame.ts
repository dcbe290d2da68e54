import type { ErrorKind, Id } from "@sandpipe/spec/v1";
import { countBytes } from "../bytes/text-bytes.js";
import { ERROR_CODE } from "@sandpipe/spec/v1";

/** Characters of a text that comes from the peer and is quoted in an answer. */
const QUOTED_LENGTH = 128;

/** Printable ASCII but the quote and the backslash: what JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * An id as JSON, a number as one (`call:id:echo-type`). Most ids need no escape, and to know that is cheaper than to
 * serialise them.
 */
function idText(id: Id | null): string {
  if (typeof id !== "string") return String(id);
  return PLAIN.test(id) ? `"${id}"` : JSON.stringify(id);
}

/** A success response around a result's JSON text. */
export function successFrame(id: Id, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${idText(id)},"result":${resultJson}}`;
}

/** Bytes of a success response beside its result. */
export function successOverhead(id: Id): number {
  return countBytes(successFrame(id, ""));
}

/** An error response. Throws where `data` has no JSON text. */
export function errorFrame(id: Id | null, code: number, message: string, data?: unknown): string {
  const dataJson = data === undefined ? undefined : JSON.stringify(data);
  const tail = dataJson === undefined ? "" : `,"data":${dataJson}`;
  return `{"jsonrpc":"2.0","id":${idText(id)},"error":{"code":${code},"message":${JSON.stringify(message)}${tail}}}`;
}

/** An error response with one of Sandpipe's codes and the kind that belongs to it (`error:kind:present`). */
export function kindFrame(
  id: Id | null,
  kind: ErrorKind,
  message: string,
  more?: Readonly<Record<string, unknown>>,
): string {
  return errorFrame(id, ERROR_CODE[kind], message, { kind, ...more });
}

/** A notification from the host. */
export function notificationFrame(method: string, params: unknown): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${JSON.stringify(params)}}`;
}

/** A peer's text, cut to a length that fits every frame and well-formed after the cut. */
export function quoted(text: string): string {
  const cut = text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
  return JSON.stringify(cut.toWellFormed());
}
