import type { Area } from "@sandpipe/spec/requirement";
import { VERSIONS } from "../versions.js";
import { anchorOf } from "./anchor.js";
import type { CodeLine } from "./code-lines.js";
import { folded, html, plainCode, table } from "./html.js";
import { linkBetween, type SitePage } from "./page.js";
import type { RequirementFacts } from "./requirement-facts.js";

/** What people call the areas. */
export const AREAS: Readonly<Record<Area, string>> = {
  frame: "Frames",
  call: "Calls",
  method: "Methods",
  error: "Errors",
  output: "Output",
  result: "Results",
  session: "Sessions",
  limit: "Limits",
  flow: "Flow",
  cancel: "Cancelling",
  http: "HTTP",
  fallback: "Fallback",
  life: "Life of the process",
  scope: "Scope",
  data: "Data",
  version: "Versions",
};

/** The site path of the page that holds each requirement; ids of the newest version win. */
export function requirementPlaces(): Map<string, string> {
  return new Map(
    VERSIONS.flatMap(({ name, rows }) =>
      rows.map((row) => [row.id, `${name}/requirements/${row.area}`] as const),
    ),
  );
}

/** The pages of a version's requirements: one that counts them, and one for each area. */
export function requirementPages(
  version: "v0" | "v1",
  facts: readonly RequirementFacts[],
  standsFor: string,
): SitePage {
  const own = facts.filter((one) => one.version === version);
  const areas = [...new Set(own.map(({ row }) => row.area))];
  const path = `${version}/requirements`;
  const count = (level: string, some = own): string =>
    String(some.filter(({ row }) => row.level === level).length || "–");
  const children = areas.map((area): SitePage => {
    const rows = own.filter(({ row }) => row.area === area);
    return { path: `${path}/${area}`, title: AREAS[area], body: areaPage(`${path}/${area}`, rows) };
  });
  const lines = areas.map((area) => {
    const rows = own.filter(({ row }) => row.area === area);
    const link = `[${AREAS[area]}](${linkBetween(`${path}/index`, `${path}/${area}`)})`;
    const mutants = rows.reduce((sum, { mutants: some }) => sum + some.length, 0);
    return [link, count("MUST", rows), count("SHOULD", rows), count("MAY", rows), String(mutants)];
  });
  const body = [
    `${own.length} requirements: ${count("MUST")} MUST, ${count("SHOULD")} SHOULD, ${count("MAY")} MAY. Each has its reason, the places in the prose that cite it, the kit's check, the faults that the check must catch, the vectors, and the lines of code that enforce it.`,
    table(["area", "MUST", "SHOULD", "MAY", "mutants"], lines),
    "How a check can show a row: *exact*, one run does; *stochastic*, a fault shows in some interleavings only; *timed*, nothing but a generous deadline orders it; *untestable*, with the reason. Profiles are core, full and strict; each holds the ones before it.",
  ].join("\n\n");
  return { path: `${path}/index`, title: `Requirements of ${version}`, body, standsFor, children };
}

function areaPage(path: string, facts: readonly RequirementFacts[]): string {
  return facts.map((one) => entry(path, one)).join("\n\n");
}

function entry(path: string, facts: RequirementFacts): string {
  const { row } = facts;
  const feature = row.feature === undefined ? [] : [`feature <code>${row.feature}</code>`];
  const tags = [row.level, row.role, `profile ${row.profile}`, row.proof, ...feature];
  const tagList = tags.map((tag, index) => `<li${index === 0 ? ` class="level"` : ""}>${tag}</li>`).join("");
  return [
    `## ${row.id}`,
    `<ul class="tags">${tagList}</ul>`,
    `**${row.text}**`,
    row.intent,
    ...(row.reason === undefined ? [] : [`No check can show it: ${row.reason}`]),
    proofTable(path, facts),
    ...codeBlocks(facts),
  ].join("\n\n");
}

function proofTable(path: string, facts: RequirementFacts): string {
  const { row, cited, mutants, vectors } = facts;
  const places = cited.map(({ page, title, heading }) => {
    const words = heading === "" ? title : `${title}, ${heading}`;
    return `[${words}](${linkBetween(path, page, heading === "" ? "" : anchorOf(heading))})`;
  });
  const total = [...vectors.values()].reduce((sum, ids) => sum + ids.length, 0);
  const check = facts.checked
    ? facts.check.length > 0
      ? facts.check
          .slice(0, 1)
          .map(({ file, line }) => `\`${file}:${line}\``)
          .join()
      : "made from the row"
    : row.proof === "untestable"
      ? "none is possible"
      : `planned: ${row.planned ?? "–"}`;
  const rows = [
    ["said in", places.join(" · ") || "–"],
    ["check", check],
    ["mutants", mutants.map(({ name, what }) => `\`${name}\`: ${what}`).join("<br>") || "–"],
    [
      "vectors",
      total === 0
        ? "–"
        : [...vectors]
            .map(([file, ids]) => `${ids.map((id) => `\`${id}\``).join(", ")} (${file})`)
            .join("<br>"),
    ],
  ];
  return table(["", ""], rows).replace("|  |  |", "| about | what there is |");
}

function codeBlocks({ row, check, code }: RequirementFacts): string[] {
  const blocks = [
    ...check.slice(0, 1).map((line) => block("the check", line)),
    ...[...code].flatMap(([name, lines]) => lines.slice(0, 2).map((line) => block(name, line))),
  ];
  const silent =
    [...code.keys()].length === 0
      ? [`No line of an implementation names \`${row.id}\`.`.replaceAll("`", "")]
      : [];
  return [...blocks, ...silent.map((words) => `<p class="silent">${words}</p>`)];
}

function block(name: string, { file, line, excerpt }: CodeLine): string {
  return folded(`${html(name)}: <code>${html(file)}:${line}</code>`, plainCode(excerpt));
}
