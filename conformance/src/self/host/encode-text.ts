import type { WireObject } from "../../wire/decode.js";
import type { Deviations } from "./deviations.js";

/** The JSON text of a frame; the lawful oddities of spelling are here. */
export function encodeText(frame: WireObject, deviations: Deviations): string {
  if (deviations.has("answers-pretty-printed")) return JSON.stringify(frame, null, 2);
  if (deviations.has("answers-with-bare-nan"))
    return JSON.stringify(frame).replace(/"result":(-?\d+)/u, '"result":NaN');
  if (deviations.has("unknown-members")) return JSON.stringify(withUnknown(frame));
  if (deviations.has("odd-member-order")) return JSON.stringify(reversed(frame));
  const text = JSON.stringify(frame);
  // Only where the escapes can't take the frame over a limit.
  return deviations.has("escaped-text") && text.length < 4_096 ? escape(text) : text;
}

function withUnknown(frame: WireObject): WireObject {
  const { result, error } = frame;
  const more = { "x-trace": [1, { deep: null }], ...frame, zz: "?" };
  if (isObject(result) && "limits" in result) return { ...more, result: { ...result, "x-more": { a: 1 } } };
  if (isObject(error) && isObject(error["data"]) && Number(error["code"]) < 2000)
    return { ...more, error: { ...error, data: { ...error["data"], "x-hint": 1 } } };
  return more;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

function escape(text: string): string {
  const unit = (character: string): string => {
    const hex = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${hex}`;
  };
  // eslint-disable-next-line no-control-regex
  return text.replace(/[^\u0000-\u007f]/g, unit).replaceAll("/", "\\/");
}
