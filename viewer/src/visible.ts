/**
 * A text in which nothing is invisible: control characters as their pictures (␞ ␊); line separators and lone
 * surrogates escaped.
 */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "␡" : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** At most so many characters of a text's beginning; no pair of surrogates is cut in two. */
export function headOf(text: string, characters: number): string {
  const head = text.slice(0, characters);
  return /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head;
}
