import { escapeXml } from "../escape-xml.js";
import type { Flow } from "../flow.js";
import { markup } from "../markup.js";
import type { Trace } from "../trace.js";
import { headOf, visible } from "../visible.js";

/** Enough of a payload to be read; the whole of 64 MB would stop the page. */
const MAX_CHARACTERS = 200_000;

/** Everything about one entry. Markup. */
export function detailMarkup(trace: Trace, flow: Flow, index: number): string {
  const entry = trace.entries[index];
  if (entry === undefined) return "";
  const { at, from, to, size, message, text } = entry;
  const way =
    from === undefined || to === undefined ? "note" : `${trace.parties[from]} → ${trace.parties[to]}`;
  const partner = flow.partner.get(index);
  const other = partner === undefined ? undefined : trace.entries[partner];
  const took = other === undefined ? undefined : Math.abs(other.at - at);
  const fault = flow.faults.get(index);
  const facts = [
    ["when", `${at.toFixed(3)} ms`],
    ["way", `${way}${entry.channel === "wire" ? "" : ` (${entry.channel})`}`],
    ["size", `${size.toLocaleString("en-US")} bytes`],
    ...(message?.id === undefined ? [] : [["id", message.id]]),
    ...(took === undefined ? [] : [["in flight", `${took.toFixed(3)} ms`]]),
    ...(flow.unanswered.has(index) ? [["in flight", "never answered in this trace"]] : []),
  ];
  const goes = message?.kind === "request" ? "Go to its answer" : "Go to its request";
  const title = message?.method ?? message?.kind ?? (from === undefined ? "note" : "bytes");
  return `<h2>${escapeXml(visible(title))}</h2>
${fault === undefined ? "" : `<p class="fault"><code>${fault.requirement}</code> ${escapeXml(fault.words)}</p>`}
<dl>${facts.map(([term, value]) => `<dt>${term}</dt><dd>${escapeXml(visible(String(value)))}</dd>`).join("")}</dl>
${partner === undefined ? "" : `<button type="button" data-go="${partner}">${goes}</button>`}
<pre tabindex="0" aria-label="Payload">${markup(pretty(text))}</pre>`;
}

/** JSON with its members on lines of their own; anything else as it came, made visible. */
function pretty(text: string): string {
  const json = text.replace(/^\u001e/, "").replace(/\n$/, "");
  let shown: string;
  try {
    shown = JSON.stringify(JSON.parse(json), undefined, 2).split("\n").map(visible).join("\n");
  } catch {
    shown = visible(text);
  }
  if (shown.length <= MAX_CHARACTERS) return shown;
  return `${headOf(shown, MAX_CHARACTERS)}\n… ${(shown.length - MAX_CHARACTERS).toLocaleString("en-US")} more characters`;
}
