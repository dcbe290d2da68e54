import type { JudgedRole } from "../target/target.js";
import type { TranscriptEvent } from "../target/transcript.js";
import { idlePolls, likeRun, usualEnd, usualStart } from "./usual-events.js";

/** A transcript as people read it. */
export interface Folded {
  readonly events: readonly TranscriptEvent[];
  /** Where an event of the whole transcript is shown. */
  place(index: number): number;
}

/** Events that one note stands for, and in what words. */
export interface Fold {
  readonly count: number;
  /** Undefined where the note before stands for them too. */
  readonly text: string | undefined;
}

/**
 * A transcript without what says nothing: a session's usual start and end, a driver's polls that give nothing and frames
 * that are like the one before them become a note each, which says so. An event that a fact points at is never folded.
 */
export function foldTranscript(
  events: readonly TranscriptEvent[],
  role: JudgedRole,
  pointedAt: ReadonlySet<number> = new Set(),
): Folded {
  const shown: TranscriptEvent[] = [];
  const places: number[] = [];
  for (let from = 0; from < events.length;) {
    const fold =
      usualStart(events, from, role) ??
      usualEnd(events, from, role) ??
      idlePolls(events, from, pointedAt) ??
      likeRun(events, from, pointedAt);
    const count = fold?.count ?? 1;
    const pointed = range(from, from + count).some((index) => pointedAt.has(index));
    const folds = fold !== undefined && !pointed;
    if (folds && fold.text !== undefined) shown.push(noteOf(events[from] as TranscriptEvent, fold.text));
    const taken = folds ? count : 1;
    for (const event of events.slice(from, from + taken)) {
      if (!folds) shown.push(event);
      places.push(shown.length - 1);
    }
    from += taken;
  }
  return { events: shown, place: (index) => places[index] ?? index };
}

const range = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, index) => from + index);

function noteOf({ at }: TranscriptEvent, text: string): TranscriptEvent {
  return { at, direction: "note", channel: "wire", text, size: Buffer.byteLength(text) };
}
