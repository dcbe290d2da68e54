import { html } from "./html.js";

/** A page in the navigation. */
export interface NavigationEntry {
  readonly title: string;
  /** From the site's root: `v1/framing.html`. */
  readonly url: string;
  /** What lies below it without being listed: `api/spec/`. */
  readonly folder?: string;
  readonly children: readonly NavigationEntry[];
}

/** The navigation as one page shows it: the top, and below it only the branch in which the page lies. */
export function navigationList(entries: readonly NavigationEntry[], url: string): string {
  const root = "../".repeat(url.split("/").length - 1);
  const items = entries.map((entry) => {
    const here = entry.url === url ? ` class="current" aria-current="page"` : "";
    const open = holds(entry, url) && entry.children.length > 0;
    const below = open ? navigationList(entry.children, url) : "";
    return `<li><a href="${root}${entry.url}"${here}>${html(entry.title)}</a>${below}</li>`;
  });
  return `<ul>${items.join("")}</ul>`;
}

function holds(entry: NavigationEntry, url: string): boolean {
  const { folder } = entry;
  const inside = folder !== undefined && url.startsWith(folder);
  return inside || entry.url === url || entry.children.some((child) => holds(child, url));
}
