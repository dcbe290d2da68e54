import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { anchorOf } from "./anchor.js";
import { outsideFences } from "./outside-fences.js";
import { linkBetween, type SitePage } from "./page.js";

/** Where links of committed pages and requirement ids lead to in the site. */
export interface Places {
  /** Site path by committed file. */
  readonly bySource: ReadonlyMap<string, string>;
  /** Site path of the page that holds a requirement, by its id. */
  readonly byRequirement: ReadonlyMap<string, string>;
  /** Folder in which the Markdown of the site is written. */
  readonly folder: string;
}

const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g;
const CITED = /(?<![[`\w])`([a-z]+(?::[a-z0-9-]+)+)`(?!`)/g;

/**
 * The Markdown of a page with its links led to pages of the site, and each requirement id in backticks to its row.
 * A link to a file that is no page keeps its words only; data files (JSON, images) are linked and copied. A generated
 * page names files from the root: `/docs/data/x.json`.
 */
export function resolveLinks(page: SitePage, places: Places): string {
  return outsideFences(page.body, (prose) =>
    prose
      .replaceAll(LINK, (whole, image: string, words: string, href: string) =>
        href.startsWith("/")
          ? resolved(page, "README.md", places, { image, words, href: href.slice(1) })
          : page.source === undefined
            ? whole
            : resolved(page, page.source, places, { image, words, href }),
      )
      .replaceAll(CITED, (whole, id: string) => {
        const place = places.byRequirement.get(id);
        if (place === undefined) return whole;
        return place === page.path
          ? `[\`${id}\`](#${anchorOf(id)})`
          : `[\`${id}\`](${linkBetween(page.path, place, anchorOf(id))})`;
      }),
  );
}

function resolved(
  page: SitePage,
  source: string,
  places: Places,
  { image, words, href }: { image: string; words: string; href: string },
): string {
  if (/^(?:https?:|mailto:|#)/.test(href)) return `${image}[${words}](${href})`;
  const [path = "", anchor = ""] = href.split("#");
  const target = normalize(join(dirname(source), path)).replace(/\/$/, "");
  if (!existsSync(target)) throw new Error(`${source}: the link to ${href} leads nowhere`);
  const place = places.bySource.get(target) ?? places.bySource.get(join(target, "README.md"));
  if (place !== undefined) return `[${words}](${linkBetween(page.path, place, anchor)})`;
  if (statSync(target).isFile() && /\.(?:json|ndjson|png|svg|yml)$/.test(target)) {
    const from = dirname(join(places.folder, `${page.path}.md`));
    return `${image}[${words}](${relative(from, target)})`;
  }
  return words.startsWith("`") ? words : `${words} (\`${target}\`)`;
}
