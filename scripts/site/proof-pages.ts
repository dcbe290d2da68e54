import { existsSync } from "node:fs";
import { alarmPage } from "./alarm-page.js";
import { foundingDraftPage } from "./founding-draft-page.js";
import { implementationGrid, implementationTable } from "./implementation-grid.js";
import { implementationReports } from "./implementation-reports.js";
import { linkBetween, type SitePage } from "./page.js";
import { prosePage } from "./prose-page.js";

const MUTANTS = "docs/mutants.md";

/** What shows that the kit is right, from reports of real runs; what was not run yet says how it is. */
export async function proofPages(): Promise<SitePage> {
  const judged = implementationReports();
  const children = [
    prosePage("docs/coverage.md", "proof/coverage"),
    mutantPage(),
    implementationGrid("proof/implementations", judged),
    alarmPage("proof/false-alarms"),
    await foundingDraftPage("proof/founding-draft"),
  ];
  const about = [
    "for each requirement, its check, its mutants and its vectors",
    "for each fault, the check that caught it, from several seeds",
    "for each requirement, what each implementation came to",
    "how often the kit blamed an implementation that is right",
    "the snippets that this began with, and what the kit finds in them",
  ];
  const links = children.map(
    ({ path, title }, index) => `- [${title}](${linkBetween("proof/index", path)}): ${about[index] ?? ""}`,
  );
  const body = [
    "A kit is worth what it catches, and what it leaves in peace. Everything here is made from files that real runs have written; each page says when, and links them.",
    links.join("\n"),
    "## The implementations",
    implementationTable("proof/index", judged),
    `_lines_: of its own code that hold anything; _adapter_: of what the kit alone needs. The trace viewer opens a report too. \`npm run proof\` judges all of them again.`,
  ].join("\n\n");
  return { path: "proof/index", title: "Proof", body, children };
}

function mutantPage(): SitePage {
  const path = "proof/mutants";
  if (!existsSync(MUTANTS))
    return {
      path,
      title: "Every mutant, judged",
      body: "Nothing was run yet. `npm run mutants` makes this page.",
    };
  const page = prosePage(MUTANTS, path, { title: "Every mutant, judged" });
  return { ...page, body: `${page.body}\n\nThe data: [mutants.json](/docs/data/mutants.json).` };
}
