import { escapeXml } from "./escape-xml.js";
import type { Bar } from "./lanes.js";
import { markup } from "./markup.js";
import type { Entry } from "./trace.js";

/** All that one row shows. */
export interface Row {
  readonly entry: Entry;
  /** Its place among the rows that are drawn. */
  readonly place: number;
  /** Calls in flight beside it. */
  readonly bars: readonly Bar[];
  /** What the payload says, as markup. */
  readonly body: string;
  /** Why it is marked; empty when it isn't. */
  readonly faults: readonly string[];
}

/** More calls than these in flight at once are counted, not drawn. */
export const MAX_LANES = 24;

/** The cells of a row: time, parties with an arrow between two of them, calls in flight, payload. Markup. */
export function rowMarkup({ entry, place, bars, body, faults }: Row): string {
  const marks = faults.map((words) => `<b class="fault">${escapeXml(words)}</b>`).join("");
  return (
    `<span class="at">${entry.at.toFixed(entry.at < 1_000 ? 2 : 1)}</span>` +
    `<span class="rails">${arrowMarkup(entry)}</span>` +
    `<span class="bars">${bars.map((bar) => barMarkup(bar, place)).join("")}</span>` +
    `<span class="what">${marks}${body}</span>`
  );
}

/** The classes by which a row is coloured. */
export function rowClasses({ entry, faults }: Row): string {
  const kind = entry.message?.kind ?? (entry.from === undefined ? "note" : "bytes");
  return `row ${kind}${faults.length > 0 ? " faulty" : ""}${entry.marked ? " marked" : ""}`;
}

/** A frame in one line: what it is, whose, and the beginning of its payload. Markup. */
export function summaryMarkup({ message, channel }: Entry, payload: string): string {
  const where = channel === "wire" ? "" : `<span class="where">${channel}</span> `;
  if (message === undefined) return where + markup(payload);
  const id = message.id === undefined ? "" : `<span class="id">${escapeXml(message.id)}</span> `;
  const code = message.code === undefined ? "" : ` ${message.code}`;
  const name = message.method ?? `${message.kind}${code}`;
  return `${where}<strong>${markup(name)}</strong> ${id}<span class="payload">${markup(payload)}</span>`;
}

function arrowMarkup({ from, to }: Entry): string {
  if (from === undefined || to === undefined) return "";
  const left = Math.min(from, to);
  const side = to > from ? "right" : "left";
  return `<i class="arrow ${side}" style="--left:${left};--wide:${Math.abs(to - from)}"></i>`;
}

function barMarkup({ first, last, lane }: Bar, place: number): string {
  if (lane >= MAX_LANES) return "";
  const part = first === place ? "begin" : last === place ? "end" : "through";
  return `<i class="bar ${part}" style="--lane:${lane}"></i>`;
}
