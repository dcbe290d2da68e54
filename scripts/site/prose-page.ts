import { readFileSync } from "node:fs";
import { drawDiagrams } from "./draw-diagrams.js";
import { outsideFences } from "./outside-fences.js";
import type { SitePage } from "./page.js";

/** A committed Markdown file as a page: its first heading is the title. */
export function prosePage(source: string, path: string, more: Partial<SitePage> = {}): SitePage {
  const text = readFileSync(source, "utf8");
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${source} has no first heading`);
  const body = plainHeadings(plainInfoStrings(drawDiagrams(text.replace(/^# .+\n/m, ""))));
  return { path, title: title.replaceAll("`", ""), body, source, ...more };
}

/** What stands behind a fence's language is for the step that runs the blocks; one without a language is plain text. */
function plainInfoStrings(text: string): string {
  return text
    .replaceAll(
      /^( *```)(\w*)[^\n]*(\n[^]*?^ *```)$/gm,
      (_, open: string, language: string, rest: string) =>
        `${open}${language === "" ? "text" : language}${rest}`,
    )
    .replaceAll(/^<!-- include \S+ -->\n/gm, "");
}

/** TypeDoc leaves code out of a heading's anchor; without backticks the anchor is the one that a forge makes. */
function plainHeadings(text: string): string {
  return outsideFences(text, (prose) =>
    prose.replaceAll(/^##+ .*`.*$/gm, (line) => line.replaceAll("`", "")),
  );
}
