import type { Flow } from "./flow.js";
import type { Entry, Trace } from "./trace.js";

/** What a reader asks to see; every part narrows. */
export interface Wanted {
  /** Words that all occur in the payload, whatever their case. */
  readonly words: string;
  /** Only calls of this method, with their answers; empty for every method. */
  readonly method: string;
  /** Only frames that carry this id, as JSON or bare; empty for every id. */
  readonly id: string;
  readonly kinds: ReadonlySet<Kind>;
}

/** What a reader can leave out. */
export type Kind = "requests" | "answers" | "notifications" | "rest" | "faults";

/** Every kind there is, in the order of the filter's boxes. */
export const KINDS: readonly Kind[] = ["requests", "answers", "notifications", "rest", "faults"];

/** Indices of the entries that are wanted, in order. */
export function selectEntries(trace: Trace, flow: Flow, wanted: Wanted): readonly number[] {
  const { entries } = trace;
  const words = wanted.words.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen: number[] = [];
  entries.forEach((entry, index) => {
    if (!wanted.kinds.has(kindOf(entry, flow.faults.has(index) || entry.marked === true))) return;
    if (wanted.method !== "" && methodOf(entries, flow, index) !== wanted.method) return;
    if (wanted.id !== "" && !hasId(entry, wanted.id)) return;
    if (words.length > 0) {
      const text = entry.text.toLowerCase();
      if (!words.every((word) => text.includes(word))) return;
    }
    chosen.push(index);
  });
  return chosen;
}

/** The method of a request, or of the request that an answer belongs to. */
export function methodOf(entries: readonly Entry[], flow: Flow, index: number): string | undefined {
  const own = entries[index]?.message?.method;
  if (own !== undefined) return own;
  const partner = flow.partner.get(index);
  return partner === undefined ? undefined : entries[partner]?.message?.method;
}

/** How often each method was asked for, by name. */
export function countMethods({ entries }: Trace): readonly (readonly [method: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { message } of entries)
    if (message?.method !== undefined) counts.set(message.method, (counts.get(message.method) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function kindOf({ message, from }: Entry, faulty: boolean): Kind {
  if (faulty || message?.kind === "malformed") return "faults";
  if (message === undefined || from === undefined) return "rest";
  if (message.kind === "request") return "requests";
  return message.kind === "notification" ? "notifications" : "answers";
}

const hasId = ({ message }: Entry, id: string): boolean =>
  message?.id === id || message?.id === JSON.stringify(id);
