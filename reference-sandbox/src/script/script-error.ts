import type { ScriptError } from "@sandpipe/spec/v1";
import { messageOf } from "../errors.js";

const MAX_MESSAGE_CHARS = 8 * 1024;
const MAX_STACK_CHARS = 16 * 1024;
/** The sandbox's own folder, built (dist) or mapped back (src): its lines say nothing to the author. */
const OWN_FOLDER = import.meta.dirname.replace(/\/(?:dist|src\/script)$/, "");
const OWN_LINE = new RegExp(`${escapeText(OWN_FOLDER)}/(?:dist|src)/`);

/** What a script threw, which may be anything, as the result tells it: short enough for any frame. */
export function toScriptError(thrown: unknown): ScriptError {
  const { name, message, stack } = readError(thrown);
  const own = stack?.split("\n").filter((line) => !OWN_LINE.test(line));
  return {
    name: name.slice(0, 200),
    message: cut(message, MAX_MESSAGE_CHARS),
    ...(own === undefined ? {} : { stack: cut(own.join("\n"), MAX_STACK_CHARS) }),
  };
}

interface Thrown {
  readonly name?: unknown;
  readonly message: unknown;
  readonly stack?: unknown;
  /** Bun's messages of a script that it can't parse. */
  readonly position?: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function readError(thrown: unknown): ScriptError {
  try {
    if (typeof thrown === "object" && thrown !== null && "message" in thrown) {
      const { name, message, stack, position } = thrown as Thrown;
      return {
        name: typeof name === "string" && name !== "" ? name : "Error",
        message: `${String(message)}${position ? ` (${position.file}:${position.line}:${position.column})` : ""}`,
        ...(typeof stack === "string" ? { stack } : {}),
      };
    }
    const text = typeof thrown === "object" ? (JSON.stringify(thrown) ?? String(thrown)) : String(thrown);
    return {
      name: "Error",
      message: `the script threw ${typeof thrown === "string" ? "" : "a value: "}${text}`,
    };
  } catch {
    return { name: "Error", message: `the script threw ${messageOf(thrown)}` };
  }
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
