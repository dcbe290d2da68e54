import { existsSync } from "node:fs";
import { ALARMS_FILE, readAlarms } from "../alarm-record.js";
import { countLines } from "../implementations.js";
import { table } from "./html.js";
import { implementationReports, type JudgedImplementation } from "./implementation-reports.js";
import { linkBetween, type SitePage } from "./page.js";
import { prosePage } from "./prose-page.js";

/** What shows that the kit is right, from reports of real runs; what was not run yet says how it is. */
export function proofPages(): SitePage {
  const judged = implementationReports();
  const children = [
    prosePage("docs/coverage.md", "proof/coverage"),
    pageOr("docs/mutants.md", "proof/mutants", "Every mutant, judged", "npm run mutants"),
    { path: "proof/implementations", title: "Implementation by requirement", body: grid(judged) },
    { path: "proof/false-alarms", title: "False alarms", body: alarms() },
    pageOr(
      "docs/founding-draft.md",
      "proof/founding-draft",
      "The story of the founding draft",
      "npx tsx scripts/founding-draft.ts",
    ),
  ];
  const links = children
    .map(({ path, title }) => `- [${title}](${linkBetween("proof/index", path)})`)
    .join("\n");
  const body = [
    "A kit is worth what it catches, and what it leaves in peace. Everything here is made from files that real runs have written.",
    "## The implementations",
    implementationTable(judged),
    "`npm run proof` judges them all again; the reports lie in `docs/data/implementations`.",
    "## More",
    links,
  ].join("\n\n");
  return { path: "proof/index", title: "Proof", body, children };
}

function pageOr(source: string, path: string, title: string, command: string): SitePage {
  if (existsSync(source)) return prosePage(source, path);
  return { path, title, body: `Nothing was run yet. \`${command}\` makes this page.` };
}

function implementationTable(judged: readonly JudgedImplementation[]): string {
  const rows = judged.map(({ implementation, start, checks, end }) => {
    const { name, about, language, role, folder, sources, adapter, profile } = implementation;
    const lines = (patterns: readonly string[]): string => String(countLines(folder, patterns));
    const verdict = end?.verdict ?? (checks.length > 0 ? "cut off" : "not run yet");
    const passed = checks.filter((check) => check.verdict === "pass").length;
    const sign = verdict === "conforms" ? "good" : verdict === "does-not-conform" ? "bad" : "silent";
    return [
      `**${name}**<br>${about}`,
      language,
      role,
      lines(sources),
      lines(adapter),
      start?.profile ?? profile,
      `<span class="${sign}">${verdict.replaceAll("-", " ")}</span>`,
      checks.length === 0 ? "–" : `${passed} of ${checks.length}`,
      start?.started.slice(0, 10) ?? "–",
    ];
  });
  return table(
    ["implementation", "language", "role", "lines", "adapter", "profile", "verdict", "passed", "run on"],
    rows,
  );
}

function grid(judged: readonly JudgedImplementation[]): string {
  const some = judged.filter(({ checks }) => checks.length > 0);
  if (some.length === 0) return "Nothing was run yet. `npm run proof` makes this page.";
  return (["host", "sandbox"] as const)
    .flatMap((role) => {
      const own = some.filter(({ implementation }) => implementation.role === role);
      const ids = [...new Set(own.flatMap(({ checks }) => checks.map(({ id }) => id)))];
      if (ids.length === 0) return [];
      const rows = ids.map((id) => [
        `\`${id}\``,
        ...own.map(({ checks }) => mark(checks.find((check) => check.id === id)?.verdict)),
      ]);
      return [`## ${role}`, table(["requirement", ...own.map(({ implementation: { name } }) => name)], rows)];
    })
    .join("\n\n");
}

function mark(verdict: string | undefined): string {
  if (verdict === undefined) return "–";
  const sign = verdict === "pass" ? "good" : verdict === "fail" ? "bad" : "silent";
  return `<span class="${sign}">${verdict}</span>`;
}

function alarms(): string {
  const entries = readAlarms();
  if (entries.length === 0)
    return `Nothing was counted yet. \`npm run false-alarms\` writes \`${ALARMS_FILE}\`.`;
  const runs = entries.reduce((sum, { seeds }) => sum + seeds.length, 0);
  const all = entries.flatMap((entry) => entry.alarms.map((alarm) => ({ ...alarm, entry })));
  const rows = entries.map((entry) => [
    entry.implementation,
    entry.role,
    entry.profile,
    entry.underLoad ? "yes" : "no",
    String(entry.seeds.length),
    String(entry.seeds.length * entry.exchanges),
    String(entry.alarms.length),
    String(entry.undecided.length),
    entry.date,
  ]);
  const told = all.map(
    ({ check, seed, why, cause, entry }) =>
      `- \`${check}\`, ${entry.implementation}, seed ${seed}: ${why}. ${cause === undefined ? "Its cause isn't known yet." : `Cause: ${cause}`}`,
  );
  return [
    `${runs} runs of implementations that are thought right: ${all.length} checks failed one of them.`,
    table(
      [
        "implementation",
        "role",
        "profile",
        "under load",
        "seeds",
        "exchanges",
        "alarms",
        "undecided",
        "last run",
      ],
      rows,
    ),
    ...(told.length > 0 ? ["## Each of them", told.join("\n")] : []),
  ].join("\n\n");
}
