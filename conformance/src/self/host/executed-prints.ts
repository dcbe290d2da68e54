import type { Id } from "@sandpipe/spec/v1";
import type { WireObject } from "../../wire/decode.js";
import type { Named } from "./envelope.js";

/** The fault of a host that takes printed lines for requests. */
export function executeLines(text: string, frame: (value: WireObject, text: string) => void): void {
  for (const line of text.split("\n")) {
    const value = parse(line.replace(/^\u001e/u, ""));
    if (isRequest(value)) frame({ jsonrpc: "2.0", ...value }, line);
  }
}

/** The fault of a host that doesn't ask a record for its `jsonrpc` member. */
export function executeBare(text: string, frame: (value: WireObject, text: string) => void): void {
  executeLines(text, frame);
}

/** The fault of a host that still knows JSON-RPC's batches. */
export function executeBatch(
  text: string,
  request: (id: Id, method: string, params: Named, text: string) => void,
): void {
  const batch = parse(text.replace(/^\u001e/u, ""));
  if (!Array.isArray(batch) || !text.startsWith("\u001e")) return;
  for (const value of batch as unknown[])
    if (isRequest(value)) request(value.id, value.method, value.params ?? {}, text);
}

function isRequest(value: unknown): value is { id: Id; method: string; params?: Named } {
  return typeof value === "object" && value !== null && "id" in value && "method" in value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
