import { evenHeadings } from "./even-headings.js";
import { navigationList, type NavigationEntry } from "./navigation.js";

/** A link of the bar at the top, present on every page. */
export interface BarLink {
  readonly label: string;
  /** Site path without `.html`. */
  readonly path: string;
}

const PERMALINK = /<a (?:(?!<\/a>)[^])*?tsd-anchor-icon(?:(?!<\/a>)[^])*<\/a>/g;

/**
 * TypeDoc's page with what its theme lacks: landmarks, a way past the navigation by keyboard, a navigation without a
 * script, links in the bar, icons that need no second file, tables that scroll by themselves. Fails when the theme no
 * longer has the place that is changed.
 *
 * @param url Of the page, from the site's root: `v1/framing.html`.
 */
export function amendPage(
  page: string,
  url: string,
  links: readonly BarLink[],
  navigation: readonly NavigationEntry[],
): string {
  const root = "../".repeat(url.split("/").length - 1);
  const bar = links
    .map(({ label, path }) => {
      const here = url.split("/")[0] === path.split("/")[0] ? ` aria-current="true"` : "";
      return `<a href="${root}${path}.html"${here}>${label}</a>`;
    })
    .join("");
  const site = `<nav class="tsd-navigation site" aria-label="Site">${navigationList(navigation, url)}</nav>`;
  const changes: readonly (readonly [RegExp, string])[] = [
    [/<body>/, `<body><a class="skip-link" href="#content">Skip to the text</a>`],
    [/document\.body\.style\.display="none";/, ""],
    [/<script async src="[^"]*navigation\.js" id="tsd-nav-script"><\/script>/, ""],
    [
      /<div id="tsd-toolbar-links"><\/div>/,
      `<nav id="tsd-toolbar-links" aria-label="Parts of the site">${bar}</nav>`,
    ],
    [/<div class="col-content">/, `<main class="col-content" id="content" tabindex="-1">`],
    [/<\/div>(?=\s*<div class="col-sidebar">)/, "</main>"],
    [/<div class="page-menu">/, `<div class="page-menu" role="complementary" aria-label="This page">`],
    [/<nav class="tsd-navigation">[^]*?<\/nav>/, site],
    [/(?<=<use href=")[^"#]*(?=#icon-)/g, ""],
  ];
  const amended = changes.reduce((text, [place, put]) => {
    if (text.search(place) < 0) throw new Error(`${url}: TypeDoc's theme no longer has ${String(place)}`);
    return text.replace(place, () => put);
  }, page);
  // A symbol's page has few headings: their links to themselves would be a sixteenth of the site.
  const text = url.startsWith("api/") ? amended.replaceAll(PERMALINK, "") : amended;
  return evenHeadings(text)
    .replaceAll(
      /(<summary(?:(?!<\/summary>)[^])*?)<a (?:(?!<\/a>)[^])*?tsd-anchor-icon(?:(?!<\/a>)[^])*<\/a>/g,
      "$1",
    )
    .replaceAll("<table>", `<div class="scrolling"><table>`)
    .replaceAll("</table>", "</table></div>");
}
