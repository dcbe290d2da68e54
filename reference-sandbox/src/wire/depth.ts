const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether valid JSON text nests deeper than `maxDepth`; brackets inside strings don't count. */
export function isDeeperThan(text: string, maxDepth: number): boolean {
  // Each level needs two brackets, so a short text needs no look.
  if (text.length < 2 * (maxDepth + 1)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > maxDepth) return true;
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}
