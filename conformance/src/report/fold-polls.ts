import type { TranscriptEvent } from "../target/transcript.js";

/** A transcript as people read it. */
export interface Folded {
  readonly events: readonly TranscriptEvent[];
  /** Where an event of the whole transcript is shown. */
  place(index: number): number;
}

/** Fewer are shown as they are. */
const LEAST = 2;

/** Runs of a driver's requests that say nothing, and of the kit's answers that give nothing, as one note each. */
export function foldPolls(events: readonly TranscriptEvent[]): Folded {
  const shown: TranscriptEvent[] = [];
  const places: number[] = [];
  for (let from = 0; from < events.length;) {
    let to = from;
    let polls = 0;
    for (let kind = idle(events[from]); kind !== undefined; kind = idle(events[to])) {
      if (kind === "request") polls++;
      to++;
    }
    const fold = polls >= LEAST;
    if (fold) shown.push(noteOf(events[from] as TranscriptEvent, `${polls} empty polls`));
    const run = events.slice(from, Math.max(to, from + 1));
    for (const event of run) {
      if (!fold) shown.push(event);
      places.push(shown.length - 1);
    }
    from += run.length;
  }
  return { events: shown, place: (index) => places[index] ?? index };
}

function noteOf({ at }: TranscriptEvent, text: string): TranscriptEvent {
  return { at, direction: "note", channel: "wire", text, size: Buffer.byteLength(text) };
}

/** Half of an empty poll, if the event is one. */
function idle(event: TranscriptEvent | undefined): "request" | "answer" | undefined {
  if (event === undefined || event.channel !== "wire" || event.cut !== undefined) return undefined;
  const { params, result, method } = frameIn(event.text);
  if (event.direction === "to-subject")
    return isEmpty(Object(result), "steps") && Array.isArray(Object(result)["steps"]) ? "answer" : undefined;
  return method === "conformance.next" && isEmpty(Object(params), "done") ? "request" : undefined;
}

function frameIn(text: string): {
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
} {
  if (!text.includes("conformance.next") && !text.includes('"steps"')) return {};
  try {
    return Object(JSON.parse(text.slice(text.indexOf("{")))) as object;
  } catch {
    return {};
  }
}

/** No member but an empty list of that name. */
function isEmpty(value: object, name: string): boolean {
  return Object.entries(value).every(
    ([member, list]) => member === name && Array.isArray(list) && list.length === 0,
  );
}
