/**
 * Whether a text comes out of the store as it went in: a lone surrogate has no UTF-8, and SQLite's text functions
 * end at NUL, so that `a` and `a\0b` could be taken for each other.
 */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
