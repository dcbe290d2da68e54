import type { Row } from "@sandpipe/spec/requirement";
import { failureText } from "./failure-text.js";
import { outcomeOf } from "./outcome.js";
import type { CheckResult, Report } from "./report.js";
import { pairFacts, roleText } from "./pair-facts.js";
import { PLAIN } from "./style.js";
import { verdictText } from "./verdict-text.js";
import { visible } from "./visible.js";

const MAX_FAILURES = 20;

/** A report as GitHub-flavoured Markdown, for a step's summary or a comment. */
export function markdownReport(report: Report, rows: ReadonlyMap<string, Row>): string {
  const { subject, role, checks } = report;
  const failed = checks.filter((result) => outcomeOf(result) === "failed");
  const open = checks.filter((result) => outcomeOf(result) === "open" && result.verdict !== "blocked");
  return [
    `## ${verdictText(report)}: ${inline(`${subject.name} ${subject.version}`)} (${roleText(role)})`,
    "",
    `${checks.length} checks, ${number(report.sessions)} sessions, ${number(report.exchanges)} exchanges in ${(report.ms / 1000).toFixed(1)} s; profile ${report.profile}, seed ${report.seed}, kit ${report.kit}.`,
    ...pairFacts(report).map(([term, text], index) => `${index === 0 ? "\n" : ""}- ${term}: ${inline(text)}`),
    ...(report.interrupted ? ["", "**The run was interrupted:** this is what is known."] : []),
    "",
    ...areaTable(checks),
    ...section(
      "Failures",
      failed.slice(0, MAX_FAILURES).flatMap((result) => details(result, report, rows)),
    ),
    ...(failed.length > MAX_FAILURES ? ["", `and ${failed.length - MAX_FAILURES} more.`] : []),
    ...section(
      "Undecided",
      open.map((result) => `- \`${result.id}\` ${result.verdict}: ${inline(result.reason ?? "")}`),
    ),
    ...section(
      "Expectations out of date",
      report.staleExpectations.map((text) => `- ${inline(text)}`),
    ),
    ...section(
      "The adapter",
      report.complaints.map((text) => `- ${inline(text)}`),
    ),
    "",
  ].join("\n");
}

function areaTable(checks: readonly CheckResult[]): readonly string[] {
  const areas = [...new Set(checks.map(({ area }) => area))];
  const rows = areas.map((area) => {
    const count = (outcome: string): number =>
      checks.filter((result) => result.area === area && outcomeOf(result) === outcome).length;
    const cells = ["passed", "failed", "open", "skipped"].map((outcome) => count(outcome) || "");
    return `| ${area} | ${cells.join(" | ")} |`;
  });
  return ["| area | passed | failed | undecided | not counted |", "| --- | --: | --: | --: | --: |", ...rows];
}

function details(result: CheckResult, report: Report, rows: ReadonlyMap<string, Row>): readonly string[] {
  const text = failureText(result, rows.get(result.id), report, PLAIN);
  // A fence that is longer than any run of backticks in the text can't be closed by it.
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const said = rows.get(result.id)?.text ?? result.verdict;
  return [
    "<details>",
    `<summary><code>${result.id}</code> ${result.level}: ${inline(said)}</summary>`,
    "",
    `${fence}text`,
    text,
    fence,
    "",
    "</details>",
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", `### ${title}`, "", ...lines];
}

const number = (value: number): string => value.toLocaleString("en-US");

/** A text in which nothing is taken for markup. */
function inline(text: string): string {
  return visible(text)
    .replace(/[\\`*_[\]|~#]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
