import type { Row } from "@sandpipe/spec/requirement";
import { subjectName } from "./merge.js";
import { outcomeOf, type Outcome } from "./outcome.js";
import type { CheckResult, Report } from "./report.js";
import { verdictText } from "./verdict-text.js";
import { visible } from "./visible.js";

/** Implementations side by side: one column a subject, one line a requirement that any of them was judged by. */
export interface Grid {
  readonly subjects: readonly GridSubject[];
  readonly lines: readonly GridLine[];
}

export interface GridSubject {
  readonly name: string;
  readonly language: string;
  readonly verdict: Report["verdict"];
  readonly checks: number;
  readonly passed: number;
}

export interface GridLine {
  readonly id: string;
  readonly level: CheckResult["level"];
  readonly text: string;
  /** In the order of the subjects; absent where the check was not in its run. */
  readonly verdicts: readonly (CheckResult["verdict"] | undefined)[];
}

/** Sign of an outcome: not by colour alone. */
export const SIGN: Readonly<Record<Outcome, string>> = { passed: "✓", failed: "✗", open: "?", skipped: "-" };

/** Puts reports side by side. */
export function gridOf(reports: readonly Report[], rows: ReadonlyMap<string, Row>): Grid {
  const known = reports.flatMap(({ checks }) => checks);
  const ids = [...new Set(known.map(({ id }) => id))];
  const order = [...rows.keys()];
  const place = (id: string): number => (rows.has(id) ? order.indexOf(id) : order.length);
  ids.sort((a, b) => place(a) - place(b));
  return {
    subjects: reports.map((report) => ({
      name: subjectName(report),
      language: report.subject.language,
      verdict: report.verdict,
      checks: report.checks.length,
      passed: report.checks.filter((result) => outcomeOf(result) === "passed").length,
    })),
    lines: ids.map((id) => ({
      id,
      level: known.find((result) => result.id === id)?.level ?? "MUST",
      text: rows.get(id)?.text ?? "",
      verdicts: reports.map(({ checks }) => checks.find((result) => result.id === id)?.verdict),
    })),
  };
}

/** The sign of a grid's cell. */
export function cellSign(verdict: CheckResult["verdict"] | undefined): string {
  return verdict === undefined ? "" : SIGN[outcomeOf({ verdict } as CheckResult)];
}

/** A grid as Markdown. */
export function gridMarkdown({ subjects, lines }: Grid): string {
  const cell = (text: string): string => visible(text).replaceAll("|", "\\|");
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["requirement", "level", ...subjects.map(({ name }) => cell(name))]),
    line(["---", "---", ...subjects.map(() => ":-:")]),
    line(["**verdict**", "", ...subjects.map((subject) => verdictText(subject))]),
    line(["**passed**", "", ...subjects.map(({ passed, checks }) => `${passed}/${checks}`)]),
    ...lines.map(({ id, level, verdicts }) => line([`\`${id}\``, level, ...verdicts.map(cellSign)])),
    "",
    `${SIGN.passed} passed, ${SIGN.failed} failed, ${SIGN.open} undecided, ${SIGN.skipped} not counted, empty: not run`,
    "",
  ].join("\n");
}
