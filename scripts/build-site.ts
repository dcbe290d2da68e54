/** `npm run docs`: writes the site into docs/site/, or into the folder that is given. Every warning is an error. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Application, PageEvent, ReflectionKind, RendererEvent, TypeDocReader } from "typedoc";
import { amendPage } from "./site/amend-page.js";
import { writeApiModel } from "./site/api-model.js";
import { anchorOf } from "./site/anchor.js";
import { deadLinks } from "./site/dead-links.js";
import type { NavigationEntry } from "./site/navigation.js";
import { navigationOf } from "./site/navigation-of.js";
import { collectSite } from "./site/site-pages.js";
import { slimSite } from "./site/slim-site.js";
import { SiteRouter } from "./site/site-router.js";
import { writePages } from "./site/write-pages.js";
import { writeTools } from "./write-tools.js";

const [out = join("docs", "site")] = process.argv.slice(2);
// Of its own: two builds may go on at once.
const pages = join(".build", `site-${process.pid}`);
process.on("exit", () => rmSync(pages, { recursive: true, force: true }));
const site = await collectSite(pages);
const { readme, documents } = writePages(site.home, site.pages, site.places);
const model = await writeApiModel(join(".build", "api.json"));
if (model === undefined) process.exit(1);
const app = await Application.bootstrapWithPlugins({ options: "docs/typedoc-site.json" }, [
  new TypeDocReader(),
]);
app.renderer.defineRouter("site", SiteRouter);
for (const [name, value] of Object.entries({
  entryPoints: [model],
  readme,
  projectDocuments: [...documents],
  router: "site",
}))
  app.options.setValue(name as "readme", value as string);
const project = await app.convert();
if (project === undefined) process.exit(1);
for (const module of project.getReflectionsByKind(ReflectionKind.Module))
  if (module.name === "") module.name = "index";
let navigation: NavigationEntry[] = [];
app.renderer.on(RendererEvent.BEGIN, () => {
  if (app.renderer.router !== undefined) navigation = navigationOf(project, app.renderer.router, site);
});
app.renderer.on(PageEvent.END, (page) => {
  if (page.contents !== undefined) page.contents = amendPage(page.contents, page.url, site.bar, navigation);
});
app.validate(project);
await app.generateDocs(project, out);
slimSite(out);
const places = [...site.places.byRequirement].map(([id, path]) => [id, `../${path}.html#${anchorOf(id)}`]);
writeTools(out, {
  home: "../index.html",
  parts: site.bar.map(({ label, path }) => ({ label, href: `../${path}.html` })),
  requirements: Object.fromEntries(places),
});
const dead = deadLinks(out);
if (dead.length > 0) console.error(`${dead.join("\n")}\n${dead.length} links of the site lead nowhere`);
if (dead.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
