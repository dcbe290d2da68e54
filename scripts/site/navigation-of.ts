import { ReflectionKind, type DeclarationReflection, type ProjectReflection, type Router } from "typedoc";
import type { NavigationEntry } from "./navigation.js";
import type { SitePage } from "./page.js";
import type { Site } from "./site-pages.js";

/** The whole navigation: the site's own pages, then the packages' modules. */
export function navigationOf(project: ProjectReflection, router: Router, site: Site): NavigationEntry[] {
  const symbols = (project.children ?? []).map((module) => symbolEntry(module, router));
  return [...site.pages.map(entryOf), { title: "API reference", url: "modules.html", children: symbols }];
}

function entryOf({ title, path, children = [] }: SitePage): NavigationEntry {
  return { title, url: `${path}.html`, children: children.map(entryOf) };
}

function symbolEntry(symbol: DeclarationReflection, router: Router): NavigationEntry {
  const children = symbol.kindOf(ReflectionKind.Module) ? (symbol.children ?? []) : [];
  return {
    title: symbol.name,
    url: router.getFullUrl(symbol),
    children: children.map((child) => symbolEntry(child, router)),
  };
}
