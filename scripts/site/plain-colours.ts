import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The colour of what the theme leaves unmarked, light. */
const UNMARKED = "#0E1116";

/** Takes the elements out of a site's code that give it no colour: a twentieth of its bytes. Fails when there are none. */
export function plainColours(site: string): void {
  const style = readFileSync(join(site, "assets/highlight.css"), "utf8");
  const name = new RegExp(`--light-(hl-\\d+): ${UNMARKED}`, "i").exec(style)?.[1];
  if (name === undefined) throw new Error(`the theme's code has no text in ${UNMARKED} any more`);
  const marked = new RegExp(`<span class="${name}">([^<]*)</span>`, "g");
  for (const path of readdirSync(site, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".html")) continue;
    const file = join(site, path);
    const page = readFileSync(file, "utf8");
    const plain = page.replaceAll(marked, "$1");
    if (plain !== page) writeFileSync(file, plain);
  }
}
