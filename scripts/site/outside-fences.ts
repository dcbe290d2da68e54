/** A Markdown text with a change made to all of it but fenced code. */
export function outsideFences(text: string, change: (prose: string) => string): string {
  return text
    .split(/(^(?:```|~~~~)[^]*?^(?:```|~~~~)$)/m)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("");
}
