import type { Row } from "@sandpipe/spec/requirement";
import { failureText } from "./failure-text.js";
import type { CheckResult, Report } from "./report.js";
import { PLAIN } from "./style.js";
import { outcomeOf } from "./outcome.js";
import { visible } from "./visible.js";
import { escapeXml } from "@sandpipe/viewer";

/** A report as JUnit XML, one suite an area, as Jenkins, GitHub's and GitLab's readers take it. */
export function junitReport(report: Report, rows: ReadonlyMap<string, Row>): string {
  const areas = [...new Set(report.checks.map(({ area }) => area))];
  const suites = areas.map((area) =>
    suite(
      report,
      area,
      report.checks.filter((result) => result.area === area),
      rows,
    ),
  );
  const name = `sandpipe ${report.role}: ${report.subject.name} ${report.subject.version}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes({ name, ...counts(report.checks), time: seconds(report.ms) })}>
${suites.join("\n")}
</testsuites>
`;
}

function suite(
  report: Report,
  area: string,
  results: readonly CheckResult[],
  rows: ReadonlyMap<string, Row>,
): string {
  const skipped = results.filter((result) => outcomeOf(result) === "skipped").length;
  const ms = results.reduce((total, result) => total + result.ms, 0);
  const head = attributes({
    name: `${report.role}.${area}`,
    ...counts(results),
    skipped,
    time: seconds(ms),
    timestamp: report.started.slice(0, 19),
  });
  const cases = results.map((result) => testCase(report, result, rows));
  return `  <testsuite${head}>\n${cases.join("\n")}\n  </testsuite>`;
}

function testCase(report: Report, result: CheckResult, rows: ReadonlyMap<string, Row>): string {
  const { id, area, ms, verdict, level, reason } = result;
  const head = attributes({ name: id, classname: `${report.role}.${area}`, time: seconds(ms) });
  const outcome = outcomeOf(result);
  if (outcome === "passed") return `    <testcase${head}/>`;
  const known =
    result.expected?.met === true
      ? `expected: ${result.expected.reason ?? result.expected.url ?? ""}`
      : undefined;
  const message = known ?? `${level} ${verdict}${reason === undefined ? "" : `: ${reason}`}`;
  if (outcome === "skipped")
    return `    <testcase${head}>\n      <skipped>${escapeXml(visible(message))}</skipped>\n    </testcase>`;
  const text = escapeXml(failureText(result, rows.get(id), report, PLAIN));
  const element = outcome === "failed" ? "failure" : "error";
  return `    <testcase${head}>
      <${element}${attributes({ message: rows.get(id)?.text ?? message, type: result.failure?.kind ?? verdict })}>${text}</${element}>
    </testcase>`;
}

function counts(results: readonly CheckResult[]): Record<string, number> {
  const count = (outcome: string): number => results.filter((result) => outcomeOf(result) === outcome).length;
  return { tests: results.length, failures: count("failed"), errors: count("open") };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(visible(String(value)))}"`)
    .join("");
}
