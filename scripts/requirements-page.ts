import type { Row } from "@sandpipe/spec/requirement";

/** The page that lists every requirement of a version, made from its rows. */
export function requirementsPage(version: string, rows: readonly Row[]): string {
  const areas = [...new Set(rows.map((row) => row.area))];
  const head = [
    `# Requirements of ${version}`,
    "",
    "Made from the rows in `spec/` by `scripts/generate-pages.ts`; not edited by hand.",
    "",
    `${rows.length} requirements: ${count(rows, "MUST")} MUST, ${count(rows, "SHOULD")} SHOULD, ${count(rows, "MAY")} MAY. Proof: *exact* (one run shows it), *stochastic* (a fault shows in some interleavings only), *timed* (only a generous deadline orders it), *untestable* (with the reason). Profiles: core, full, strict; each holds the ones before it.`,
  ];
  return `${[...head, ...areas.flatMap((area) => section(area, rows))].join("\n")}\n`;
}

function section(area: string, rows: readonly Row[]): string[] {
  const own = rows.filter((row) => row.area === area);
  return ["", `## ${area}`, ...own.flatMap(entry)];
}

function entry(row: Row): string[] {
  const proof = row.reason === undefined ? row.proof : `${row.proof} (${row.reason})`;
  const feature = row.feature === undefined ? [] : [`feature \`${row.feature}\``];
  const facts = [`**${row.level}**`, row.role, ...feature, `profile ${row.profile}`, proof];
  return ["", `### \`${row.id}\``, "", facts.join(" · "), "", row.text, "", `> ${row.intent}`];
}

function count(rows: readonly Row[], level: Row["level"]): number {
  return rows.filter((row) => row.level === level).length;
}
