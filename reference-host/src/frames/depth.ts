/**
 * Whether a JSON text nests arrays and objects deeper than `limit`; brackets in strings don't count
 * (`limit:depth:text-brackets`). Iterative, and done before the text is parsed: a recursive parser would overflow
 * its stack on what this refuses.
 */
export function isDeeperThan(text: string, limit: number): boolean {
  // Each level takes two brackets: a shorter text, if it is JSON at all, can't be deeper.
  if (text.length <= 2 * limit) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x22: // "
        index = endOfString(text, index);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > limit) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return false;
}

/** Where the string that opens at `start` closes; the text's end where it doesn't. */
function endOfString(text: string, start: number): number {
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}
