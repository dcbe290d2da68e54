/** A text in which nothing is invisible: control characters as their pictures (␞ ␊), line separators escaped. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029\ufeff]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "␡" : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** A text of at most so many characters, its middle left out and the size of the whole told. */
export function shorten(text: string, characters: number, size = Buffer.byteLength(text)): string {
  if (text.length <= characters) return text;
  const tail = Math.floor(characters / 5);
  const kept = characters - tail;
  return `${text.slice(0, kept)} … ${size.toLocaleString("en-US")} bytes … ${text.slice(-tail)}`;
}

/** A value of a report as a person reads it. */
export function valueText(value: unknown, characters = 400): string {
  if (typeof value === "string") return shorten(visible(value), characters);
  if (isTagged(value, "undefined")) return "nothing";
  if (isTagged(value, "bytes")) {
    const bytes = Buffer.from(String((value as { value: unknown }).value), "base64");
    return shorten(visible(bytes.toString("utf8")), characters, bytes.length) || "no bytes";
  }
  return shorten(visible(JSON.stringify(value, showTagged) ?? "nothing"), characters);
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
