import type { Row } from "@sandpipe/spec/requirement";
import { failureText, subjectWords } from "./failure-text.js";
import { wasInterrupted } from "./interrupted.js";
import { pairFacts, roleText } from "./pair-facts.js";
import type { CheckResult, CheckVerdict, Report } from "./report.js";
import type { Style } from "./style.js";
import { verdictText } from "./verdict-text.js";
import { visible } from "./visible.js";

const SLOWEST = 5;

/** One line for a check as it ends. */
export function checkLine(result: CheckResult, style: Style): string {
  const { verdict } = result;
  const [sign, colour] = signOf(verdict, style);
  const counts = `${result.sessions} sessions, ${result.exchanges} exchanges, ${Math.round(result.ms)} ms`;
  const why =
    verdict === "pass" ? counts : `${verdict}${result.reason === undefined ? "" : `: ${result.reason}`}`;
  return `${colour(sign)} ${result.id.padEnd(38)} ${style.dim(visible(why))}`;
}

function signOf(verdict: CheckVerdict, style: Style): readonly [string, (text: string) => string] {
  switch (verdict) {
    case "pass":
      return ["✓", style.green];
    case "not-applicable":
    case "informational":
      return ["-", style.dim];
    case "fail":
    case "kit-fault":
      return ["✗", style.red];
    default:
      return ["?", style.yellow];
  }
}

/** A whole run for people: failures first, then what could not be judged, then the verdict. */
export function prettyReport(report: Report, rows: ReadonlyMap<string, Row>, style: Style): string {
  const told = report.checks.filter(
    ({ verdict, failure, expected }) =>
      expected?.met !== true && (verdict === "fail" || verdict === "kit-fault" || failure !== undefined),
  );
  const parts = told.map(
    (result) => failureText(result, rows.get(result.id), report, style) + blockedBy(report, result),
  );
  return [...parts, notes(report, style), verdictLines(report, style)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function blockedBy(report: Report, cause: CheckResult): string {
  const blocked = report.checks.filter(
    ({ reason, verdict }) => verdict === "blocked" && reason === `blocked by ${cause.id}`,
  );
  return blocked.length === 0 ? "" : `\n  Blocks:   ${blocked.length} more: ${list(blocked, 4)}`;
}

function notes(report: Report, style: Style): string {
  const of = (...verdicts: readonly CheckVerdict[]): readonly CheckResult[] =>
    report.checks.filter(({ verdict, expected }) => verdicts.includes(verdict) && !expected?.met);
  const lines: string[] = report.staleExpectations.map((text) => style.red(`✗ ${visible(text)}`));
  for (const { id, verdict, expected } of report.checks) {
    if (expected?.met === true && verdict !== "pass")
      lines.push(
        style.dim(`- ${id} ${verdict}, as expected: ${visible(expected.reason ?? expected.url ?? "")}`),
      );
    // What fails in another way than its entry says counts, and its reader should know.
    else if (expected && verdict !== "pass")
      lines.push(
        style.yellow(`? ${id} is expected to be ${expected.expect} by ${expected.class}, which this isn't`),
      );
  }
  const unclear = of("flaky", "undecided", "not-exercised");
  const unrun = unclear.filter(wasInterrupted).length;
  if (unrun > 0)
    lines.push(
      style.yellow(`? ${unrun} ${unrun === 1 ? "check" : "checks"} not judged: the run ended before`),
    );
  for (const result of unclear.filter((result) => !wasInterrupted(result)))
    lines.push(style.yellow(`? ${result.id}  ${result.verdict}: ${visible(result.reason ?? "")}`));
  for (const complaint of report.complaints) lines.push(style.yellow(`? adapter: ${visible(complaint)}`));
  for (const result of of("informational"))
    lines.push(style.dim(`- ${result.id} (MAY) is not made use of: ${visible(result.reason ?? "")}`));
  const byFeature = new Map<string, CheckResult[]>();
  for (const result of of("not-applicable")) {
    const reason = result.reason ?? "";
    byFeature.set(reason, [...(byFeature.get(reason) ?? []), result]);
  }
  for (const [reason, results] of byFeature)
    lines.push(style.dim(`- not applicable: ${results.length}, as ${reason}: ${list(results, 6)}`));
  return lines.join("\n");
}

function list(results: readonly CheckResult[], shown: number): string {
  const ids = results.slice(0, shown).map(({ id }) => id);
  return results.length > shown ? `${ids.join(", ")} and ${results.length - shown} more` : ids.join(", ");
}

function verdictLines(report: Report, style: Style): string {
  const known = (result: CheckResult): boolean => result.verdict !== "pass" && result.expected?.met === true;
  const count = (...verdicts: readonly CheckVerdict[]): number =>
    report.checks.filter((result) => verdicts.includes(result.verdict) && !known(result)).length;
  const tallies = [
    [count("pass"), "passed"],
    [report.checks.filter(known).length, "failing as expected"],
    [count("fail"), "failed"],
    [count("blocked"), "blocked"],
    [count("flaky", "undecided", "not-exercised", "kit-fault"), "undecided"],
    [count("not-applicable"), "not applicable"],
    [count("informational"), "informational"],
  ] as const;
  const { subject, verdict } = report;
  const colour = verdict === "conforms" ? style.green : verdict === "undecided" ? style.yellow : style.red;
  const slowest = [...report.checks]
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST)
    .filter(({ ms }) => ms > 0)
    .map(({ id, ms }) => `${id} ${seconds(ms)}`);
  const said = tallies.filter(([number]) => number > 0).map(([number, name]) => `${number} ${name}`);
  return [
    ...(report.interrupted ? [style.yellow("The run was interrupted; this is what is known so far.")] : []),
    `${colour(style.bold(verdictText(report)))}  ${visible(subject.name)} ${visible(subject.version)} (${roleText(report.role)}, profile ${report.profile}): ${said.join(", ")}`,
    style.dim(
      `${report.checks.length} checks, ${report.sessions.toLocaleString("en-US")} sessions, ${report.exchanges.toLocaleString("en-US")} exchanges in ${seconds(report.ms)}, seed ${report.seed}, kit ${report.kit}`,
    ),
    ...pairFacts(report).map(([term, text]) => style.dim(`${`${term}:`.padEnd(8)} ${visible(text)}`)),
    ...(slowest.length === 0 ? [] : [style.dim(`slowest: ${slowest.join(", ")}`)]),
    ...(verdict === "conforms"
      ? []
      : [
          style.dim(
            `again: npx sandpipe test ${report.role}${report.protocol === 0 ? " --protocol 0" : ""} --seed ${report.seed} ${subjectWords(report)}`,
          ),
        ]),
  ].join("\n");
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
