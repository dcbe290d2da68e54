/** A page of the site before TypeDoc renders it. */
export interface SitePage {
  /** Where it comes to lie in the site, without `.html`: `v1/framing`. */
  readonly path: string;
  readonly title: string;
  /** Markdown; links and requirement ids in it are resolved by `resolveLinks`. */
  readonly body: string;
  /** The committed file that it is made from: its links are relative to that. */
  readonly source?: string;
  /** The committed file in whose place it stands, where it isn't made from that. */
  readonly standsFor?: string;
  /** Pages below it in the navigation. */
  readonly children?: readonly SitePage[];
}

/** These pages and all below them. */
export function allPages(pages: readonly SitePage[]): SitePage[] {
  return pages.flatMap((page) => [page, ...allPages(page.children ?? [])]);
}

/** The link from one page of the site to another, as TypeDoc wants it in Markdown. */
export function linkBetween(from: string, to: string, anchor = ""): string {
  const up = from.split("/").slice(0, -1);
  const down = to.split("/");
  while (up.length > 0 && down.length > 1 && up[0] === down[0]) {
    up.shift();
    down.shift();
  }
  const steps = up.map(() => "..");
  return `${[...(steps.length === 0 ? ["."] : steps), ...down].join("/")}.md${anchor === "" ? "" : `#${anchor}`}`;
}
