import { extname } from "node:path";

/** Bytes of a name on the disk: the common limit is 255, some is left for a number behind it. */
const MAX_BYTES = 200;

/**
 * A name for the disk that is like the file's own: one plain name, without what a shell, an SQL text or a glob of
 * DuckDB would read as something else.
 */
export function safeFileName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  const plain = last
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, "_")
    .replace(/^[.-]+/, "");
  return shorten(plain) || "file";
}

/** The nth name like it: `a.csv`, `a-2.csv`, `a-3.csv`. */
export function numberedFileName(name: string, n: number): string {
  if (n === 1) return name;
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}-${n}${extension}`;
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const extension = Buffer.byteLength(extname(name)) <= 20 ? extname(name) : "";
  let stem = "";
  let bytes = Buffer.byteLength(extension);
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_BYTES) break;
    stem += character;
  }
  return stem + extension;
}
