import type { Message } from "./trace.js";

const SHOWN_ID_CHARACTERS = 140;

/** What a decoded frame says. A value that is no frame of the protocol is `malformed`. */
export function readMessage(frame: unknown): Message {
  if (typeof frame !== "object" || frame === null || Array.isArray(frame)) return { kind: "malformed" };
  const { id, method, error } = frame as Readonly<Record<string, unknown>>;
  const known = "id" in frame ? { id: keyOf(id) } : {};
  if (!("jsonrpc" in frame)) return { kind: "malformed", ...known };
  if (typeof method === "string")
    return { kind: "id" in frame ? "request" : "notification", method, ...known };
  if ("result" in frame === "error" in frame) return { kind: "malformed", ...known };
  if ("result" in frame) return { kind: "result", ...known };
  const { code, message } = Object(error) as Readonly<Record<string, unknown>>;
  return {
    kind: "error",
    ...known,
    ...(typeof code === "number" && { code }),
    ...(typeof message === "string" && { words: message }),
  };
}

function keyOf(id: unknown): string {
  return (JSON.stringify(id) ?? "null").slice(0, SHOWN_ID_CHARACTERS);
}
