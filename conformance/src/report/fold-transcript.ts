import type { JudgedRole } from "../target/target.js";
import type { TranscriptEvent } from "../target/transcript.js";
import { frameHead } from "./frame-head.js";
import { idlePolls } from "./idle-polls.js";
import { likeRun } from "./like-run.js";
import { ordinaryCalls, ordinaryRuns, type OrdinaryRun } from "./ordinary-calls.js";
import { barrier, lastEvents, usualEnd, usualStart } from "./usual-events.js";

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

/** A fact, as far as it says what of the session it is about. */
export interface Pointer {
  readonly about?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly at?: number;
}

/** Of a session with more lines the calls that no fact speaks of are folded too. */
const LINES_TO_READ = 12;
/** Of many facts the first are told. */
const FACTS_TOLD = 5;

/** The facts that are told, without those that say of another event what one before says. */
function toldOf(facts: readonly Pointer[]): readonly Pointer[] {
  const said = new Map<string, Pointer>();
  for (const fact of facts.slice(0, FACTS_TOLD)) {
    const { about, expected, actual } = fact;
    const words = JSON.stringify([about, expected, actual]);
    if (about === undefined || !said.has(words)) said.set(about === undefined ? `${said.size}` : words, fact);
  }
  return [...said.values()];
}

/**
 * A transcript without what says nothing: a session's usual start and end, a driver's polls that give nothing and events
 * that are like the one before them become a note each, which says so; where it is long all the same, so do ordinary
 * calls, as many as it takes. An event that a fact points at is never folded, nor is the request that
 * it answers.
 */
export function foldTranscript(
  events: readonly TranscriptEvent[],
  role: JudgedRole,
  facts: readonly Pointer[] = [],
): Folded {
  const told = toldOf(facts);
  const pointedAt = new Set(
    told.flatMap(({ at }) => (at === undefined ? [] : [at, ...requestOf(events, at)])),
  );
  const plain = foldEvents(events, role, pointedAt);
  let left = plain.events.length - LINES_TO_READ;
  if (left <= 0) return plain;
  const abouts = told.flatMap(({ about }) => (about === undefined ? [] : [about]));
  const runs = ordinaryRuns(ordinaryCalls(events, pointedAt, abouts));
  const some = runs.filter(({ fold }) => {
    const wanted = left > 0;
    left -= fold.count - 1;
    return wanted;
  });
  const folded = foldEvents(events, role, pointedAt, some);
  return folded.events.length <= LINES_TO_READ ? folded : foldEvents(events, role, pointedAt, runs);
}

/** Where the request is that an event answers. */
function requestOf(events: readonly TranscriptEvent[], at: number): readonly number[] {
  const answer = frameHead(events[at]);
  if (answer?.id === undefined || answer.outcome === undefined) return [];
  const request = events.slice(0, at).findLastIndex((event) => {
    const head = event.direction === events[at]?.direction ? undefined : frameHead(event);
    return head?.id === answer.id && head?.method !== undefined;
  });
  return request < 0 ? [] : [request];
}

function foldEvents(
  events: readonly TranscriptEvent[],
  role: JudgedRole,
  pointedAt: ReadonlySet<number>,
  runs: readonly OrdinaryRun[] = [],
): Folded {
  const ordinary = new Map(runs.map(({ from, fold }) => [from, fold]));
  const shown: TranscriptEvent[] = [];
  const places: number[] = [];
  for (let from = 0; from < events.length;) {
    const fold =
      usualStart(events, from, role, pointedAt) ??
      usualEnd(events, from, role) ??
      lastEvents(events, from) ??
      barrier(events, from) ??
      idlePolls(events, from, pointedAt) ??
      ordinary.get(from) ??
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
