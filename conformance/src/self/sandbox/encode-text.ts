import type { Deviations } from "./deviations.js";

/** The JSON text of a frame as this sandbox writes it; members that are undefined are absent. */
export function encodeText(frame: Readonly<Record<string, unknown>>, deviations: Deviations): string {
  let members: Record<string, unknown> = { jsonrpc: "2.0", ...frame };
  if (deviations.has("jsonrpc-missing") && !("id" in frame)) members = { ...frame, jsonrpc: "1.0" };
  if (deviations.has("unknown-members")) members["x-trace"] = { of: ["nobody", null] };
  if (deviations.has("odd-member-order")) members = Object.fromEntries(Object.entries(members).reverse());
  const bare = deviations.has("not-a-number-sent") ? markNan : undefined;
  let text = JSON.stringify(members, bare, deviations.has("spaced-frames") ? " " : undefined);
  if (bare !== undefined) text = text.replaceAll(JSON.stringify(NAN_MARK), "NaN");
  if (deviations.has("spaced-frames")) text = text.replaceAll(/\n */g, " ");
  if (!deviations.has("lone-surrogates-sent")) text = wellFormed(text);
  return deviations.has("escaped-text") ? escapeAll(text) : text;
}

const NAN_MARK = "\u0000NaN";

function markNan(_: string, value: unknown): unknown {
  return Number.isNaN(value) ? NAN_MARK : value;
}

/** JSON.stringify writes lone surrogates, in values and names alike, as escapes, and nothing else as `\ud…`. */
function wellFormed(text: string): string {
  return text.replaceAll(/\\(?:u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g, (escape) =>
    escape.length > 2 && /^\\ud/i.test(escape) ? "\ufffd" : escape,
  );
}

function escapeAll(text: string): string {
  return text.replaceAll(
    /[^\u0000-\u007f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
