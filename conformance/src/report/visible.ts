/** A text in which nothing is invisible: control characters as their pictures (␞ ␊), line separators escaped. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
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
  return `${text.slice(0, kept)} … ${bytesText(size)} … ${text.slice(-tail)}`;
}

/** A size in words. */
export function bytesText(size: number): string {
  return `${size.toLocaleString("en-US")} bytes`;
}
