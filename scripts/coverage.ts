import type { Row } from "@sandpipe/spec/requirement";

/** What the kit and the vectors have for the rows of a version, by requirement id. */
export interface Cover {
  /** Ids of the registered checks. */
  readonly checks: readonly string[];
  /** Each mutant's name, the requirement that it breaks, and what is wrong with it. */
  readonly mutants: readonly { readonly name: string; readonly breaks: string; readonly what: string }[];
  /** Ids that each vector cites. */
  readonly vectors: readonly (readonly string[])[];
}

/** A version whose rows are held to what covers them. */
export interface CoveredVersion {
  readonly name: string;
  readonly rows: readonly Row[];
  /** Whether rows may say `planned`: a draft, or a frozen version that the kit has yet to reach. */
  readonly mayPlan: boolean;
}

/** Every row that nothing covers and every cover of nothing, each as one line that says what to do. */
export function coverageFaults(version: CoveredVersion, cover: Cover): string[] {
  const checked = new Set(cover.checks);
  const ids = new Set(version.rows.map((row) => row.id));
  return [
    ...version.rows.flatMap((row) => rowFaults(row, checked, version)),
    ...cover.checks
      .filter((id) => !ids.has(id))
      .map((id) => `a check cites \`${id}\`, which is no row of ${version.name}`),
    ...cover.mutants
      .filter(({ breaks }) => !ids.has(breaks))
      .map(({ name, breaks }) => `mutant ${name} breaks \`${breaks}\`, which is no row of ${version.name}`),
  ];
}

function rowFaults(row: Row, checked: ReadonlySet<string>, { name, mayPlan }: CoveredVersion): string[] {
  const { id, proof, reason, planned } = row;
  const has = checked.has(id);
  const faults: string[] = [];
  const say = (what: string): void => void faults.push(`${name} \`${id}\` ${what}`);
  if (proof === "untestable") {
    if (reason === undefined) say("is untestable and gives no reason");
    if (has) say("has a check, so its proof isn't untestable");
    if (planned !== undefined) say("is untestable, so no check can be planned");
    return faults;
  }
  if (reason !== undefined) say("gives a reason, which only an untestable row needs");
  if (!has && planned === undefined) say("has no check, is not planned and not untestable: write its check");
  if (has && planned !== undefined) say(`has its check now: take \`planned: "${planned}"\` away`);
  if (planned !== undefined && !mayPlan) say("is planned, which a frozen version doesn't allow");
  return faults;
}

/** The coverage of a version as a page: requirement × check × mutants × vectors. */
export function coveragePage(version: CoveredVersion, cover: Cover): string {
  const checked = new Set(cover.checks);
  const areas = [...new Set(version.rows.map((row) => row.area))];
  const testable = version.rows.filter(({ proof }) => proof !== "untestable");
  const head = [
    `## ${version.name}`,
    "",
    `${version.rows.length} requirements: ${testable.filter(({ id }) => checked.has(id)).length} with a check, ${version.rows.filter(({ planned }) => planned !== undefined).length} planned, ${version.rows.length - testable.length} untestable. ${cover.mutants.length} mutants, ${cover.vectors.length} vectors.`,
  ];
  return [...head, ...areas.flatMap((area) => areaTable(area, version.rows, checked, cover))].join("\n");
}

function areaTable(area: string, rows: readonly Row[], checked: ReadonlySet<string>, cover: Cover): string[] {
  const lines = rows
    .filter((row) => row.area === area)
    .map((row) => {
      const mutants = cover.mutants.filter(({ breaks }) => breaks === row.id).map(({ name }) => name);
      const vectors = cover.vectors.filter((ids) => ids.includes(row.id)).length;
      return `| \`${row.id}\` | ${row.level} | ${row.role} | ${checkCell(row, checked)} | ${mutants.join(", ") || "–"} | ${vectors || "–"} |`;
    });
  return [
    "",
    `### ${area}`,
    "",
    "| requirement | level | role | check | mutants | vectors |",
    "|---|---|---|---|---|---|",
    ...lines,
  ];
}

function checkCell(row: Row, checked: ReadonlySet<string>): string {
  if (checked.has(row.id)) return "yes";
  return row.proof === "untestable" ? `untestable: ${row.reason}` : `planned: ${row.planned ?? "nothing"}`;
}
