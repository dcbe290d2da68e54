/** Text as HTML; TypeDoc would look for tags behind a brace and for links behind a bracket. */
export function html(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("{", "&#123;")
    .replaceAll("[", "&#91;");
}

/** A description as a line of Markdown in which TypeDoc sees no tag and no link; code in backticks stays as it is. */
export function oneLine(text: string): string {
  const parts = text.replaceAll(/\s+/g, " ").trim().split("`");
  return parts
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/[{[<]/g, (sign) => `\\${sign}`) : part))
    .join("`");
}

/** Code as a block without colours, which costs nothing to draw; no empty line, which would end it in Markdown. */
export function plainCode(text: string): string {
  return `<pre><code>${html(text).replaceAll(/\n(?=\n)/g, "\n&#8203;")}</code></pre>`;
}

/** What is folded away below a line that says what it is. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
