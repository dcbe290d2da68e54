import { ReflectionKind, type DeclarationReflection, type ProjectReflection, type Router } from "typedoc";
import type { NavigationEntry } from "./navigation.js";
import type { SitePage } from "./page.js";
import type { Site } from "./site-pages.js";

/** The whole navigation: the site's own pages, then the packages' modules. */
export function navigationOf(project: ProjectReflection, router: Router, site: Site): NavigationEntry[] {
  const modules = (project.children ?? []).map((module) => moduleEntry(module, router));
  return [
    ...site.pages.map(entryOf),
    { title: "API reference", url: "modules.html", folder: "api/", children: modules },
  ];
}

function entryOf({ title, path, children = [] }: SitePage): NavigationEntry {
  return { title, url: `${path}.html`, children: children.map(entryOf) };
}

/** A module; what it exports is listed on its own page, not on each of theirs once more. */
function moduleEntry(module: DeclarationReflection, router: Router): NavigationEntry {
  const url = router.getFullUrl(module);
  const inner = module.children?.filter((child) => child.kindOf(ReflectionKind.Module)) ?? [];
  return {
    title: module.name,
    url,
    folder: url.replace(/(?:\/index)?\.html$/, "/"),
    children: inner.map((child) => moduleEntry(child, router)),
  };
}
