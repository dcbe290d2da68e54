import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";

/** A line of a source file that names a requirement, with the lines that follow it. */
export interface CodeLine {
  readonly file: string;
  readonly line: number;
  readonly excerpt: string;
}

const SOURCES = new Set([".ts", ".mjs", ".js", ".py", ".go", ".rs"]);
/** Commands have no ending. */
const COMMAND = /^bin\/[^.]+$/;
const SKIPPED =
  /(?:^|\/)(?:node_modules|dist|generated|target|tests?|testing|vectors|\.build|__pycache__)(?:\/|$)|[._]test\.|_test\.|test_/;
const ID = /(?<![\w:])[a-z]+(?::[a-z0-9-]+)+/g;

/** Every line below a folder that names one of these requirements, by requirement. */
export function codeLines(folder: string, ids: ReadonlySet<string>): Map<string, CodeLine[]> {
  const found = new Map<string, CodeLine[]>();
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => (SOURCES.has(extname(file)) || COMMAND.test(file)) && !SKIPPED.test(file))
    .toSorted();
  for (const name of files) {
    const file = join(folder, name);
    const lines = readFileSync(file, "utf8").split("\n");
    for (const [index, content] of lines.entries())
      for (const [id] of content.matchAll(ID)) {
        if (!ids.has(id)) continue;
        const known = found.get(id) ?? [];
        known.push({ file, line: index + 1, excerpt: excerptOf(lines, index) });
        found.set(id, known);
      }
  }
  return found;
}

/** From the line itself up to the end of its comment and five lines of code. */
function excerptOf(lines: readonly string[], from: number): string {
  let end = from;
  while (end < from + 12 && /^\s*(?:\/\/|\*|\/\*|#)/.test(lines[end] ?? "")) end++;
  const shown = lines.slice(from, Math.max(end, from + 1) + 4);
  const margin = Math.min(
    ...shown.filter((line) => line.trim() !== "").map((line) => /^\s*/.exec(line)![0].length),
  );
  return shown
    .map((line) => line.slice(margin))
    .join("\n")
    .trimEnd();
}
