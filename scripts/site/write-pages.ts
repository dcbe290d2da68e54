import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { allPages, type SitePage } from "./page.js";
import { resolveLinks, type Places } from "./resolve-links.js";

/** The Markdown files that TypeDoc is given. */
export interface WrittenPages {
  /** The page that the site opens with. */
  readonly readme: string;
  /** The others at the top of the navigation; they name their children themselves. */
  readonly documents: readonly string[];
}

/** Writes the site's pages as Markdown with the front matter that TypeDoc and our router read. */
export function writePages(home: SitePage, pages: readonly SitePage[], places: Places): WrittenPages {
  rmSync(places.folder, { recursive: true, force: true });
  const fileOf = (page: SitePage): string => join(places.folder, `${page.path}.md`);
  for (const page of [home, ...allPages(pages)]) {
    const file = fileOf(page);
    const children = (page.children ?? []).map((child) => relative(dirname(file), fileOf(child)));
    mkdirSync(dirname(file), { recursive: true });
    const text = resolveLinks(page, places).trim();
    // The theme puts the site's own name above the first page.
    writeFileSync(
      file,
      page === home ? `${text}\n` : `${frontMatter(page, children)}# ${page.title}\n\n${text}\n`,
    );
  }
  return { readme: fileOf(home), documents: pages.map(fileOf) };
}

/** No braces: TypeDoc would look for tags in them. */
function frontMatter({ title, path }: SitePage, children: readonly string[]): string {
  const below =
    children.length === 0 ? "" : `children:\n${children.map((child) => `  - ${child}\n`).join("")}`;
  return `---\ntitle: ${JSON.stringify(title)}\npath: ${path}\n${below}---\n\n`;
}
