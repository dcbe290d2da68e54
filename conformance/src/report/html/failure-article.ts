import type { Row } from "@sandpipe/spec/requirement";
import { escapeXml, markup, readSession, sequenceMarkup, WRITE_MARK } from "@sandpipe/viewer";
import { BLAME, replayLine } from "../failure-text.js";
import { foldTranscript } from "../fold-transcript.js";
import { outcomeOf } from "../outcome.js";
import { payloadText } from "../payload-text.js";
import type { CheckResult, Failure, Report } from "../report.js";
import { pointedAt, transcriptLines } from "../transcript-lines.js";
import { comparedTexts } from "../value-text.js";
import { visible } from "../visible.js";

/** More than these are folded: the session is the next thing to look at. */
const OPEN_FACTS = 3;
const MAX_FACTS = 20;
const VALUE_CHARACTERS = 2_000;
const STDERR_LINES = 60;
const PAYLOAD_CHARACTERS = 320;

/** All that a person needs to mend one failure. Markup. */
export function failureArticle(result: CheckResult, row: Row | undefined, report: Report): string {
  const { id, level, verdict, failure, reason } = result;
  const open = outcomeOf(result) === "failed" ? "" : ` class="open-case"`;
  const data = `data-outcome="${outcomeOf(result)}" data-text="${escapeXml(`${id} ${row?.text ?? ""}`.toLowerCase())}"`;
  return `<article id="failure-${escapeXml(id)}" aria-labelledby="title-${escapeXml(id)}" ${data}${open}>
<h3 id="title-${escapeXml(id)}"><span class="${outcomeOf(result)}">${escapeXml(verdict)}</span> <code>${escapeXml(id)}</code> ${level}</h3>
${row ? `<p>${escapeXml(row.text)}</p><p class="muted">Why: ${escapeXml(row.intent)}</p>` : ""}
${reason === undefined ? "" : `<p>${markup(visible(reason))}</p>`}
${failure ? failureBody(id, failure, report) : ""}
</article>`;
}

function failureBody(id: string, failure: Failure, report: Report): string {
  const how = failure.minimal ? "The smallest session that fails" : "A session that fails, not minimal";
  const cut = failure.transcript.some(({ writes }) => writes !== undefined);
  const legend = cut ? `; ${WRITE_MARK} where one write ended and the next began` : "";
  const caption = `${how} (failed in ${failure.failed} of ${failure.of} runs), milliseconds since its start${legend}`;
  const pointed = pointedAt(failure.facts);
  const { events, place } = foldTranscript(failure.transcript, report.role, failure.facts);
  const shows = new Set([...pointed].map(place));
  const payloads = events.map((event) => payloadText(event, PAYLOAD_CHARACTERS));
  const diagram = sequenceMarkup(
    readSession(id, report.role, events, shows),
    how,
    (_, at) => payloads[at] ?? "",
  );
  const lines = transcriptLines(failure.transcript, report.role, failure.facts).join("\n");
  const safe = escapeXml(id);
  return `${factsMarkup(failure.facts)}
<figure><figcaption>${markup(caption)}</figcaption>
<div class="scroll" role="region" aria-label="Sequence diagram of ${safe}" tabindex="0">${diagram}</div></figure>
${details("The same as text", lines, `Transcript of ${safe}`)}
${failure.stderr.trim() === "" ? "" : details("Its stderr meanwhile", stderrText(failure.stderr), `Stderr of ${safe}`)}
<p>To blame: ${escapeXml(BLAME[failure.blame])}</p>
<p>Replay: <code id="replay-${safe}">${escapeXml(replayLine(failure.token, report))}</code>
<button type="button" data-copy="replay-${safe}" aria-label="Copy the replay line of ${safe}" hidden>Copy</button></p>`;
}

function factsMarkup(facts: Failure["facts"]): string {
  const shown = facts.slice(0, OPEN_FACTS).map(factMarkup).join("\n");
  const folded = facts.slice(OPEN_FACTS, MAX_FACTS).map(factMarkup).join("\n");
  if (folded === "") return shown;
  const more = facts.length - OPEN_FACTS;
  const left = facts.length - MAX_FACTS;
  return `${shown}\n<details><summary>${more} more ${more === 1 ? "fact" : "facts"}</summary>${folded}${left > 0 ? `<p>and ${left} more</p>` : ""}</details>`;
}

function factMarkup({ about, expected, actual }: Failure["facts"][number]): string {
  const texts = comparedTexts(expected, actual, VALUE_CHARACTERS);
  return `<p>${markup(visible(about))}</p>
<div class="pair"><div class="passed">expected<pre>${markup(texts.expected)}</pre></div>
<div class="failed">actual<pre>${markup(texts.actual)}</pre></div></div>`;
}

function details(summary: string, text: string, label: string): string {
  return `<details><summary>${summary}</summary><div class="scroll" role="region" aria-label="${label}" tabindex="0"><pre class="text">${markup(text)}</pre></div></details>`;
}

function stderrText(stderr: string): string {
  return stderr.trimEnd().split("\n").slice(-STDERR_LINES).map(visible).join("\n");
}
