import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readImplementations } from "../implementations.js";
import { linkBetween, type SitePage } from "./page.js";
import { prosePage } from "./prose-page.js";

const FOLDER = "implementations";

/** The site path of an implementation's own page. */
export function implementationPlace(name: string): string {
  if (name === "reference-host") return "host/index";
  return name === "reference-sandbox" ? "sandbox/index" : `${FOLDER}/${name}`;
}

/** The README of every implementation beside the references, below a page that lists them. */
export function implementationPages(): SitePage {
  const children = readdirSync(FOLDER)
    .filter((name) => existsSync(join(FOLDER, name, "README.md")))
    .map((name) => prosePage(join(FOLDER, name, "README.md"), implementationPlace(name)));
  const path = `${FOLDER}/index`;
  const about = new Map(readImplementations().map((one) => [implementationPlace(one.name), one.about]));
  const lines = children.map(
    (child) => `- [${about.get(child.path) ?? child.title}](${linkBetween(path, child.path)})`,
  );
  const body = [
    "Hosts and sandboxes in other languages, written from the specification and judged by the kit in CI. They show that it can be done in few lines, and are there to be copied from.",
    lines.join("\n"),
    `What the kit says of each of them: [Proof](${linkBetween(path, "proof/index")}).`,
  ].join("\n\n");
  return { path, title: "Other implementations", body, children };
}
