import type { Kill, MutantMatrix, MutantRow, OddityRow, PairRow } from "./mutant-matrix.js";

/** What a person takes in at one glance. */
const SHORT_LINES = 12;

/** The matrix as a page: score first, then each area, the pairs and the oddities. */
export function mutantsPage(matrix: MutantMatrix): string {
  const { mutants, pairs, oddities, firstTenth, schemas, seeds } = matrix;
  const areas = [...new Set(mutants.map(({ role, breaks }) => `${role} ${areaOf(breaks)}`))];
  const lengths = mutants.flatMap(({ lines }) => (lines === undefined ? [] : [lines]));
  const share = ((100 * firstTenth.found) / Math.max(1, firstTenth.of)).toFixed(1);
  return [
    "# Mutants",
    "",
    "Made by `npm run mutants`; not edited by hand. A mutant is the kit's own host or sandbox with one fault; the check of the requirement that it breaks must fail it, at the default number of sessions, from every seed.",
    "",
    `On ${matrix.date}, from the seeds ${seeds.join(", ")}:`,
    "",
    ...matrix.score.map(
      ({ seed, killed, of }) => `- seed ${seed}: ${killed} of ${of} killed by their own check`,
    ),
    `- ${share} % of the kills (${firstTenth.found} of ${firstTenth.of}) came within the first tenth of the check's cases`,
    `- ${lengths.filter((lines) => lines <= SHORT_LINES).length} of ${lengths.length} transcripts, made small, have at most ${SHORT_LINES} lines; the longest has ${Math.max(0, ...lengths)}`,
    `- schemas: ${schemas.killed} of ${schemas.mutants} mutants of ${schemas.types} types killed by ${schemas.fixtures} fixtures; ${schemas.equivalent} are equal in effect and listed with the reason, ${schemas.survivors.length} survive`,
    "",
    "_case_: the session that failed first, of how many, one number a seed. _s_: seconds until it was found and confirmed, waiting included, the slowest seed. _lines_: of the transcript of the failing session once it was made small (ten seconds were given; `+` where it might be smaller still). _also_: other checks of the area that the same fault offends.",
    ...areas.flatMap((area) => areaTable(area, mutants)),
    "",
    "## Two faults at once",
    "",
    "Each must be found although the other is there.",
    "",
    "| role | faults | how one could hide the other | found |",
    "|---|---|---|---|",
    ...pairs.map(pairLine),
    "",
    "## Oddities",
    "",
    "Right, but unusual: every check must stay green, here with one session or two a check, from every seed.",
    "",
    "| role | oddity | what | seeds |",
    "|---|---|---|---|",
    ...oddities.map(oddityLine),
    "",
  ].join("\n");
}

function areaTable(area: string, mutants: readonly MutantRow[]): readonly string[] {
  const rows = mutants.filter(({ role, breaks }) => `${role} ${areaOf(breaks)}` === area);
  return [
    "",
    `## ${area.replace(" ", ": ")}`,
    "",
    "| mutant | killed by | case | s | lines | also |",
    "|---|---|---|---|---|---|",
    ...rows.map(mutantLine),
  ];
}

function mutantLine({ name, what, breaks, kills, cases, lines, minimal, also }: MutantRow): string {
  const killed = kills.filter(({ verdict }) => verdict === "fail");
  const by =
    killed.length === kills.length
      ? `\`${breaks}\``
      : `**${killed.length} of ${kills.length}** \`${breaks}\``;
  const at = `${kills.map(({ atCase }) => atCase ?? "–").join(", ")} of ${cases}`;
  const size = lines === undefined ? "–" : `${lines}${minimal ? "" : "+"}`;
  const others = also.map((id) => `\`${id}\``).join(", ");
  return `| **${name}**: ${cell(what)} | ${by} | ${at} | ${slowest(kills)} | ${size} | ${others} |`;
}

function slowest(kills: readonly Kill[]): string {
  const times = kills.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
  return times.length === 0 ? "–" : Math.max(...times).toFixed(1);
}

function pairLine({ role, faults, why, masked, found }: PairRow): string {
  const seen = found.map(({ checks }) => checks.length);
  const both = masked === undefined ? `${seen.join(", ")} of 2` : `${masked} is hidden`;
  return `| ${role} | ${faults.join(" + ")} | ${cell(why)} | ${both} |`;
}

function oddityLine({ role, name, what, runs }: OddityRow): string {
  const blamed = runs.flatMap(({ blamed }) => blamed);
  const open = new Set(runs.flatMap(({ undecided }) => undecided));
  const said = blamed.length === 0 ? `green from ${runs.length}` : `**blamed by ${blamed.join(", ")}**`;
  return `| ${role} | ${name} | ${cell(what)} | ${said}${open.size > 0 ? `, undecided ${[...open].join(", ")}` : ""} |`;
}

const areaOf = (id: string): string => id.split(":")[0] ?? "";
const cell = (text: string): string => text.replaceAll("|", "\\|");
