import { join } from "node:path";
import type { CheckVerdict } from "@sandpipe/spec/control";
import { countLines } from "../implementations.js";
import { VERSIONS } from "../versions.js";
import { table } from "./html.js";
import { implementationPlace } from "./implementation-pages.js";
import { REPORTS_FOLDER, type JudgedImplementation } from "./implementation-reports.js";
import { linkBetween, type SitePage } from "./page.js";
import { AREAS } from "./requirement-pages.js";

const SHORT: Partial<Record<CheckVerdict, string>> = { "not-applicable": "n/a", informational: "told" };

/** One line an implementation: what it is, how long, and what the kit said last, with its report. */
export function implementationTable(from: string, judged: readonly JudgedImplementation[]): string {
  const rows = judged.map(({ implementation, start, checks, end }) => {
    const { name, about, language, folder, sources, adapter, profile } = implementation;
    const lines = (patterns: readonly string[]): string =>
      countLines(folder, patterns).toLocaleString("en-GB");
    const verdict = end?.verdict ?? (start === undefined ? "not run yet" : "cut off");
    const passed = checks.filter((check) => check.verdict === "pass").length;
    return [
      `[${name}](${linkBetween(from, implementationPlace(name))})<br>${about}`,
      ...[language, lines(sources), lines(adapter), start?.profile ?? profile],
      sign(verdict, verdict === "conforms" ? "good" : end === undefined ? "silent" : "bad"),
      start === undefined
        ? "–"
        : `<span>[${start.started.slice(0, 10)}](${reportOf(name)})</span><br>${passed} of ${checks.length} passed`,
    ];
  });
  return table(["implementation", "language", "lines", "adapter", "profile", "verdict", "report"], rows);
}

/** What each implementation came to, requirement by requirement. */
export function implementationGrid(path: string, judged: readonly JudgedImplementation[]): SitePage {
  const title = "Implementation by requirement";
  const some = judged.filter(({ checks }) => checks.length > 0);
  if (some.length === 0)
    return { path, title, body: "Nothing was run yet. `npm run proof` makes this page." };
  const runs = some.map(({ implementation: { name }, start }) =>
    start === undefined
      ? `- ${name}: the report has no beginning`
      : `- [${name}](${linkBetween(path, implementationPlace(name))}) ${start.subject.version}: judged on ${start.started.slice(0, 10)} by kit ${start.kit}, version ${start.protocol}, profile ${start.profile}, seed ${start.seed} ([report](${reportOf(name)}))`,
  );
  const body = [
    runs.join("\n"),
    "_n/a_: a feature that it doesn't declare. _told_: a MAY of which it makes no use, which is as right. –: beyond the profile by which it was judged.",
    ...(["host", "sandbox"] as const).flatMap((role) => areaTables(role, some)),
  ];
  return { path, title, body: body.join("\n\n") };
}

function areaTables(role: "host" | "sandbox", judged: readonly JudgedImplementation[]): string[] {
  const own = judged.filter(({ implementation }) => implementation.role === role);
  const known = new Set(own.flatMap(({ checks }) => checks.map(({ id }) => id)));
  const rows = (VERSIONS.at(-1)?.rows ?? []).filter((row) => known.has(row.id));
  const names = own.map(({ implementation: { name } }) => name);
  return [...new Set(rows.map(({ area }) => area))].flatMap((area) => [
    `## ${role === "host" ? "Hosts" : "Sandboxes"}: ${AREAS[area]}`,
    table(
      ["requirement", ...names],
      rows
        .filter((row) => row.area === area)
        .map(({ id }) => [
          `\`${id}\``,
          ...own.map(({ checks }) => mark(checks.find((check) => check.id === id)?.verdict)),
        ]),
    ),
  ]);
}

function mark(verdict: CheckVerdict | undefined): string {
  if (verdict === undefined) return "–";
  return sign(SHORT[verdict] ?? verdict, verdict === "pass" ? "good" : verdict === "fail" ? "bad" : "silent");
}

function sign(words: string, how: "good" | "bad" | "silent"): string {
  return `<span class="${how}">${words.replaceAll("-", " ")}</span>`;
}

function reportOf(name: string): string {
  return `/${join(REPORTS_FOLDER, `${name}.ndjson`)}`;
}
