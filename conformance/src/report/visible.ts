import { headOf } from "@sandpipe/viewer";

export { headOf, visible } from "@sandpipe/viewer";

/** A text of at most so many characters, its middle left out and the size of the whole told. */
export function shorten(text: string, characters: number, size = Buffer.byteLength(text)): string {
  if (text.length <= characters) return text;
  const tail = Math.floor(characters / 5);
  const kept = characters - tail;
  return `${headOf(text, kept)} … ${bytesText(size)} … ${tailOf(text, tail)}`;
}

/** At most so many characters of a text's end. */
export function tailOf(text: string, characters: number): string {
  const tail = text.slice(-characters);
  return /^[\udc00-\udfff]/.test(tail) ? tail.slice(1) : tail;
}

/** A size in words. */
export function bytesText(size: number): string {
  return `${size.toLocaleString("en-US")} bytes`;
}
