import type { TranscriptEvent } from "../target/transcript.js";
import type { Fold } from "./fold-transcript.js";
import { frameHead, type FrameHead } from "./frame-head.js";
import { shorten, visible } from "./visible.js";

/** Up to so many calls are told one by one. */
const TOLD_ONE_BY_ONE = 4;
const ID_CHARACTERS = 24;

/** A call that was answered once, as the transcript has it. */
interface OrdinaryCall {
  readonly request: number;
  readonly answer: number;
  readonly method: string;
  readonly id: string;
  readonly outcome: string;
}

/** The calls whose events no fact points at and whose id no fact names, by the places of both events. */
export type OrdinaryCalls = ReadonlyMap<number, OrdinaryCall>;

/** The calls of a transcript that have one answer, and of which no fact speaks. A session's own calls aren't meant. */
export function ordinaryCalls(
  events: readonly TranscriptEvent[],
  pointedAt: ReadonlySet<number>,
  abouts: readonly string[],
): OrdinaryCalls {
  const byId = new Map<string, { at: number; head: FrameHead }[]>();
  for (const [at, event] of events.entries()) {
    const head = frameHead(event);
    if (head?.id === undefined) continue;
    byId.set(head.id, [...(byId.get(head.id) ?? []), { at, head }]);
  }
  const calls = new Map<number, OrdinaryCall>();
  for (const [id, [asked, answered, ...more]] of byId) {
    const { method } = asked?.head ?? {};
    const { outcome } = answered?.head ?? {};
    if (!asked || !answered || method === undefined || outcome === undefined || more.length > 0) continue;
    if (events[asked.at]?.direction === events[answered.at]?.direction || isOwn(method)) continue;
    if (pointedAt.has(asked.at) || pointedAt.has(answered.at) || isNamed(id, abouts)) continue;
    const call = { request: asked.at, answer: answered.at, method, id, outcome };
    calls.set(asked.at, call).set(answered.at, call);
  }
  return calls;
}

/** What a driver says and is given, and the calls of the session itself, are what a reader goes by. */
const isOwn = (method: string): boolean =>
  method === "conformance.next" || method.startsWith("session.") || method.startsWith("initialize");

function isNamed(id: string, abouts: readonly string[]): boolean {
  const bare = id.startsWith('"') ? id.slice(1, -1) : id;
  return abouts.some((about) => about.includes(`"${bare}"`) || about.split(/[\s,:;]+/).includes(bare));
}

/** Events of ordinary calls, one behind the other. */
export interface OrdinaryRun {
  readonly from: number;
  readonly fold: Fold;
}

/** All of them that are more than one event, the longest first. */
export function ordinaryRuns(calls: OrdinaryCalls): readonly OrdinaryRun[] {
  const runs: OrdinaryRun[] = [];
  for (const from of calls.keys()) {
    if (calls.has(from - 1)) continue;
    let to = from;
    while (calls.has(to)) to++;
    if (to - from > 1) runs.push({ from, fold: { count: to - from, text: toldRun(from, to, calls) } });
  }
  return runs.sort((a, b) => b.fold.count - a.fold.count || a.from - b.from);
}

function toldRun(from: number, to: number, calls: OrdinaryCalls): string {
  const count = to - from;
  const inside = new Set(
    Array.from({ length: count }, (_, index) => calls.get(from + index) as OrdinaryCall),
  );
  const asked = [...inside].filter(({ request }) => request >= from).length;
  const answered = [...inside].filter(({ answer }) => answer < to).length;
  const whole = asked === inside.size && answered === inside.size;
  const halves = [
    ...(asked > 0 ? [numbered(asked, "call")] : []),
    ...(answered > 0 ? [numbered(answered, "answer")] : []),
  ];
  const what = whole ? `${numbered(asked, "call")} answered` : halves.join(" and ");
  return `${what}: ${toldCalls([...inside])} (${count} events)`;
}

const numbered = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function toldCalls(calls: readonly OrdinaryCall[]): string {
  if (calls.length <= TOLD_ONE_BY_ONE)
    return calls.map(({ method, id, outcome }) => `${method} ${shortId(id)} → ${outcome}`).join(", ");
  const counts = new Map<string, number>();
  for (const { method, outcome } of calls) {
    const name = `${method} → ${outcome}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, times]) => (times === 1 ? name : `${times} × ${name}`)).join(", ");
}

const shortId = (id: string): string => shorten(visible(id), ID_CHARACTERS, Buffer.byteLength(id));
