import { cellSign, SIGN, type Grid } from "../grid.js";
import { outcomeOf, type Outcome } from "../outcome.js";
import type { CheckResult } from "../report.js";
import { verdictText } from "../verdict-text.js";
import { visible } from "../visible.js";
import { escapeXml } from "@sandpipe/viewer";
import { filterForm } from "./filter-form.js";
import { page } from "./page.js";

/** Several subjects side by side, as one page. */
export function htmlGrid({ subjects, lines }: Grid): string {
  const outcome = (verdict: CheckResult["verdict"] | undefined): Outcome | "" =>
    verdict === undefined ? "" : outcomeOf({ verdict } as CheckResult);
  const heads = subjects.map(
    (subject) =>
      `<th scope="col" class="subject">${escapeXml(visible(subject.name))}<br><span class="muted">${escapeXml(visible(subject.language))}, ${subject.passed} of ${subject.checks} passed</span><br>${verdictText(subject)}</th>`,
  );
  const body = lines.map(({ id, level, text, verdicts }) => {
    const cells = verdicts.map((verdict) =>
      verdict === undefined
        ? `<td class="sign"><span class="hidden-text">not run</span></td>`
        : `<td class="sign ${outcome(verdict)}" title="${verdict}"><span aria-hidden="true">${cellSign(verdict)}</span><span class="hidden-text">${verdict}</span></td>`,
    );
    const outcomes = [...new Set(verdicts.map(outcome).filter((word) => word !== ""))].join(" ");
    return `<tr data-outcome="${outcomes}" data-text="${escapeXml(`${id} ${level} ${text}`.toLowerCase())}"><th scope="row"><code>${escapeXml(id)}</code></th><td class="short">${level}</td>${cells.join("")}<td class="wide">${escapeXml(text)}</td></tr>`;
  });
  const all = lines.flatMap(({ verdicts }) => verdicts.map(outcome)).filter((word) => word !== "");
  return page(
    `Sandpipe: ${subjects.length} implementations`,
    `<header><h1>Implementations side by side</h1>
<p>${subjects.length} implementations, ${lines.length} requirements. ${SIGN.passed} passed, ${SIGN.failed} failed, ${SIGN.open} undecided, ${SIGN.skipped} not counted, empty: not run.</p></header>
<main>
${filterForm(all)}
<div class="scroll" role="region" aria-label="Implementations and requirements" tabindex="0"><table>
<thead><tr><th scope="col">requirement</th><th scope="col">level</th>${heads.join("")}<th scope="col" class="wide">what it says</th></tr></thead>
<tbody>
${body.join("\n")}
</tbody></table></div>
</main>`,
  );
}
