import { escapeXml } from "./escape-xml.js";
import { readFlow } from "./flow.js";
import { assignLanes } from "./lanes.js";
import { markup } from "./markup.js";
import { MAX_LANES, rowClasses, rowMarkup, type Row } from "./row-markup.js";
import type { Entry, Trace } from "./trace.js";

/** More entries than these lose their middle: a page has to stay readable. */
const MAX_ENTRIES = 80;

/** The style that a trace's rails and lanes need. */
export function sizesOf(parties: number, lanes: number): string {
  return `--parties:${parties};--lanes:${Math.min(lanes, MAX_LANES)}`;
}

/** The names of the parties above their rails. Markup. */
export function headMarkup(parties: readonly string[]): string {
  const names = parties.map(
    (name, at) => `<span class="party" style="--left:${at}">${escapeXml(name)}</span>`,
  );
  return `<span class="at">ms</span><span class="rails">${names.join("")}</span><span class="bars"></span><span class="what"></span>`;
}

/**
 * A short trace drawn whole, with no script: time runs down, a rail a party, an arrow and the payload an entry, a bar
 * a call in flight. `payload` gives an entry's payload as visible text. Markup; its style is VIEWER_STYLE.
 */
export function sequenceMarkup(
  trace: Trace,
  title: string,
  payload: (entry: Entry, index: number) => string,
): string {
  const { entries, parties } = trace;
  const shown = entries.length <= MAX_ENTRIES ? entries.map((_, index) => index) : ends(entries.length);
  const flow = readFlow(entries);
  const placeOf = new Map(shown.map((index, place) => [index, place]));
  const spans = shown.flatMap((index, first) => {
    if (entries[index]?.message?.kind !== "request") return [];
    const answer = flow.partner.get(index);
    return [{ first, last: answer === undefined ? undefined : placeOf.get(answer) }];
  });
  const lanes = assignLanes(shown.length, spans);
  const rows = shown.map((index, place) => {
    const entry = entries[index] as Entry;
    const row: Row = {
      ...{ entry, place, faults: [] },
      bars: lanes.within(place, place + 1),
      body: whereMarkup(entry) + markup(payload(entry, index)),
    };
    const gap = place > 0 && (shown[place - 1] ?? 0) + 1 !== index;
    const left = gap
      ? `<li class="row note left-out">… ${entries.length - shown.length} entries left out …</li>`
      : "";
    return `${left}<li class="${rowClasses(row)}">${rowMarkup(row)}</li>`;
  });
  return `<div class="trace" style="${sizesOf(parties.length, lanes.width)}"><div class="row head" aria-hidden="true">${headMarkup(parties)}</div><ol class="sequence" aria-label="${escapeXml(title)}">
${rows.join("\n")}
</ol></div>`;
}

const whereMarkup = ({ channel, from }: Entry): string =>
  channel === "wire" || from === undefined ? "" : `<span class="where">${channel}</span> `;

function ends(length: number): readonly number[] {
  const half = MAX_ENTRIES / 2;
  const first = Array.from({ length: half }, (_, at) => at);
  return [...first, ...first.map((at) => length - half + at)];
}
