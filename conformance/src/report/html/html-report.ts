import type { Row } from "@sandpipe/spec/requirement";
import { escapeXml, markup } from "@sandpipe/viewer";
import { SIGN } from "../grid.js";
import { outcomeOf, type Outcome } from "../outcome.js";
import { pairFacts, roleText } from "../pair-facts.js";
import type { CheckResult, Report } from "../report.js";
import { verdictText } from "../verdict-text.js";
import { visible } from "../visible.js";
import { failureArticle } from "./failure-article.js";
import { filterForm } from "./filter-form.js";
import { page } from "./page.js";

const SLOWEST = 5;

const VERDICT_CLASS: Readonly<Record<Report["verdict"], Outcome>> = {
  conforms: "passed",
  "does-not-conform": "failed",
  undecided: "open",
  "kit-fault": "open",
};

/** A report as one page: verdict, grid by area, each failure with its session drawn, all checks with search and filter. */
export function htmlReport(report: Report, rows: ReadonlyMap<string, Row>): string {
  const { subject, checks, role } = report;
  const name = visible(`${subject.name} ${subject.version}`);
  const told = checks.filter(
    (result) => outcomeOf(result) === "failed" || (result.failure && !result.expected?.met),
  );
  const failures =
    told.length === 0
      ? "<p>None.</p>"
      : told.map((result) => failureArticle(result, rows.get(result.id), report)).join("\n");
  const notes = [...report.staleExpectations, ...report.complaints].map(
    (text) => `<li>${markup(visible(text))}</li>`,
  );
  const body = `<a class="skip" href="#checks">Skip to all checks</a>
<header>
<h1>${escapeXml(name)}, a ${roleText(role)}: <span class="verdict ${VERDICT_CLASS[report.verdict]}">${verdictText(report)}</span></h1>
${report.interrupted ? "<p><strong>The run was interrupted:</strong> this is what is known.</p>" : ""}
${facts(report)}
</header>
<main>
<h2>By area</h2>
${areas(checks)}
${filterForm(checks.map(outcomeOf))}
<h2 id="failures">Failures</h2>
${failures}
${notes.length === 0 ? "" : `<h2>Notes</h2><ul>${notes.join("")}</ul>`}
<h2 id="checks">All checks</h2>
${table(checks, rows)}
<p class="muted">Slowest: ${slowest(checks)}</p>
</main>`;
  return page(`${name}: ${verdictText(report)}`, body);
}

function facts(report: Report): string {
  const entries = [
    [
      "checks",
      `${report.checks.length}${report.shard ? ` (shard ${report.shard.index}/${report.shard.of})` : ""}`,
    ],
    ["sessions", report.sessions.toLocaleString("en-US")],
    ["exchanges", report.exchanges.toLocaleString("en-US")],
    ["time", `${(report.ms / 1000).toFixed(1)} s`],
    ["profile", report.profile],
    ["seed", String(report.seed)],
    ["language", report.subject.language],
    ["kit", report.kit],
    ["begun", `${report.started.slice(0, 16).replace("T", " ")} UTC`],
    ...pairFacts(report),
  ] as const;
  const list = entries.map(
    ([term, value]) => `<div><dt>${term}</dt><dd>${escapeXml(visible(value))}</dd></div>`,
  );
  return `<dl class="facts">${list.join("")}</dl>`;
}

function areas(checks: readonly CheckResult[]): string {
  const names = [...new Set(checks.map(({ area }) => area))];
  const items = names.map((area) => {
    const own = checks.filter((result) => result.area === area);
    const passed = own.filter((result) => outcomeOf(result) === "passed").length;
    const cells = own.map((result) => {
      const outcome = outcomeOf(result);
      const what = escapeXml(`${result.id}: ${result.verdict}`);
      return `<li><a class="${outcome}" href="#check-${escapeXml(result.id)}" title="${what}"><span aria-hidden="true">${SIGN[outcome]}</span><span class="hidden-text">${what}</span></a></li>`;
    });
    return `<li><strong>${area}</strong> <span class="muted">${passed} of ${own.length} passed</span><ul class="cells">${cells.join("")}</ul></li>`;
  });
  return `<ul class="areas">${items.join("\n")}</ul>`;
}

function table(checks: readonly CheckResult[], rows: ReadonlyMap<string, Row>): string {
  const lines = checks.map((result) => {
    const { id, level, verdict, reason, sessions, exchanges, ms } = result;
    const outcome = outcomeOf(result);
    const text = rows.get(id)?.text ?? "";
    const known =
      result.expected?.met === true && verdict !== "pass"
        ? `expected: ${result.expected.reason ?? result.expected.url ?? ""}`
        : reason;
    const link =
      result.failure && !result.expected?.met
        ? ` <a href="#failure-${escapeXml(id)}">session<span class="hidden-text"> of ${escapeXml(id)}</span></a>`
        : "";
    const data = escapeXml(visible(`${id} ${level} ${verdict} ${text} ${known ?? ""}`).toLowerCase());
    return `<tr id="check-${escapeXml(id)}" data-outcome="${outcome}" data-text="${data}">
<th scope="row"><code>${escapeXml(id)}</code></th><td class="short">${level}</td><td class="short ${outcome}">${SIGN[outcome]} ${verdict}${link}</td>
<td class="text">${escapeXml(text)}${known === undefined ? "" : ` <span class="muted">(${markup(visible(known))})</span>`}</td>
<td class="number wide">${sessions}</td><td class="number wide">${exchanges}</td><td class="number wide">${Math.round(ms)}</td></tr>`;
  });
  return `<div class="scroll" role="region" aria-label="All checks" tabindex="0"><table>
<thead><tr><th scope="col">requirement</th><th scope="col">level</th><th scope="col">verdict</th><th scope="col">what it says</th><th scope="col" class="number wide">sessions</th><th scope="col" class="number wide">exchanges</th><th scope="col" class="number wide">ms</th></tr></thead>
<tbody>
${lines.join("\n")}
</tbody></table></div>`;
}

function slowest(checks: readonly CheckResult[]): string {
  return [...checks]
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST)
    .map(({ id, ms }) => `<code>${escapeXml(id)}</code> ${(ms / 1000).toFixed(1)} s`)
    .join(", ");
}
