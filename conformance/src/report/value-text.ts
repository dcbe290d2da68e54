import { bytesText, headOf, shorten, tailOf, visible } from "./visible.js";

const CHARACTERS = 400;
/** Of what two long texts share before their first difference so much is shown. */
const ALIKE_CHARACTERS = 60;

/** Two values of a report as a person reads them, side by side; of long ones the parts around their first difference. */
export function comparedTexts(
  expected: unknown,
  actual: unknown,
  characters = CHARACTERS,
): { readonly expected: string; readonly actual: string } {
  const [one, other] = [wholeText(expected), wholeText(actual)];
  const alike = commonLength(one.text, other.text);
  const from = alike > characters / 2 ? alike - ALIKE_CHARACTERS : 0;
  const show = ({ text, size }: WholeText): string => {
    if (from === 0 || text.length <= characters) return shorten(text, characters, size);
    const begin = `… ${from.toLocaleString("en-US")} characters alike … `;
    const rest = tailOf(text, text.length - from);
    if (rest.length <= characters) return begin + rest;
    return `${begin}${headOf(rest, characters)} … ${bytesText(size)} in all`;
  };
  return { expected: show(one), actual: show(other) };
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

interface WholeText {
  readonly text: string;
  readonly size: number;
}

function wholeText(value: unknown): WholeText {
  if (typeof value === "string") return { text: visible(value), size: Buffer.byteLength(value) };
  if (isTagged(value, "undefined")) return { text: "nothing", size: 0 };
  if (isTagged(value, "bytes")) {
    const bytes = Buffer.from(String((value as { value: unknown }).value), "base64");
    return { text: visible(bytes.toString("utf8")) || "no bytes", size: bytes.length };
  }
  const text = visible(JSON.stringify(value, showTagged) ?? "nothing");
  return { text, size: Buffer.byteLength(text) };
}

function isTagged(value: unknown, kind: string): boolean {
  return typeof value === "object" && value !== null && (value as { $sandpipe?: unknown }).$sandpipe === kind;
}

function showTagged(_name: string, value: unknown): unknown {
  if (isTagged(value, "undefined")) return "<nothing>";
  if (isTagged(value, "number") || isTagged(value, "bigint"))
    return `<${(value as { value: string }).value}>`;
  return value;
}
