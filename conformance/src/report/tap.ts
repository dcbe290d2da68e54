import type { Row } from "@sandpipe/spec/requirement";
import { stringify } from "yaml";
import { replayLine } from "./failure-text.js";
import { outcomeOf } from "./outcome.js";
import type { CheckResult, Report } from "./report.js";
import { comparedTexts } from "./value-text.js";
import { visible } from "./visible.js";

/** A report as TAP 14. What isn't decided, and an expected failure, is `# TODO`; what doesn't apply `# SKIP`. */
export function tapReport(report: Report, rows: ReadonlyMap<string, Row>): string {
  const { checks, subject, role, seed } = report;
  const lines = checks.flatMap((result, index) => testPoint(report, result, index + 1, rows));
  const ended = report.interrupted ? ["Bail out! the run was interrupted"] : [];
  return [
    "TAP version 14",
    `# ${escapeTap(`${role} ${subject.name} ${subject.version}, seed ${seed}: ${report.verdict}`)}`,
    // TAP's plan of a run that was cut names what there should have been.
    `1..${report.interrupted ? Math.max(report.planned, checks.length) : checks.length}`,
    ...lines,
    ...ended,
    "",
  ].join("\n");
}

function testPoint(
  report: Report,
  result: CheckResult,
  number: number,
  rows: ReadonlyMap<string, Row>,
): readonly string[] {
  const { id, level, verdict, reason, failure } = result;
  const outcome = outcomeOf(result);
  const known = result.expected?.met === true;
  const note = escapeTap(
    known
      ? `expected: ${result.expected?.reason ?? result.expected?.url ?? ""}`
      : `${verdict}${reason === undefined ? "" : `: ${reason}`}`,
  );
  const directive =
    known && verdict !== "pass" ? ` # TODO ${note}` : outcome === "skipped" ? ` # SKIP ${note}` : "";
  const ok = outcome === "passed" || (outcome === "skipped" && !known) ? "ok" : "not ok";
  const line = `${ok} ${number} - ${escapeTap(`${id} (${level})`)}${directive}`;
  if (ok === "ok") return [line];
  const diagnostics = {
    verdict,
    ...(reason === undefined ? {} : { reason: visible(reason) }),
    requirement: rows.get(id)?.text,
    ...(failure
      ? {
          facts: failure.facts.map(({ about, expected, actual }) => ({
            about: visible(about),
            ...comparedTexts(expected, actual),
          })),
          blame: failure.blame,
          replay: replayLine(failure.token, report),
        }
      : {}),
  };
  const yaml = stringify(diagnostics, { lineWidth: 0 }).trimEnd().split("\n");
  return [line, "  ---", ...yaml.map((text) => `  ${text}`), "  ..."];
}

/** `#` would begin a directive, and a line's end would end the test point. */
function escapeTap(text: string): string {
  return visible(text).replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}
