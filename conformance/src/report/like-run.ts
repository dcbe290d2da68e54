import type { TranscriptEvent } from "../target/transcript.js";
import type { Fold } from "./fold-transcript.js";
import { frameHead } from "./frame-head.js";

/** Fewer are shown as they are. */
const LEAST_ALIKE = 3;

/** Events of one kind that go one way, behind a first one, up to the next that is pointed at. */
export function likeRun(
  events: readonly TranscriptEvent[],
  from: number,
  pointedAt: ReadonlySet<number>,
): Fold | undefined {
  const kind = kindOf(events[from - 1]);
  if (kind === undefined) return undefined;
  let to = from;
  while (to < events.length && !pointedAt.has(to) && kindOf(events[to]) === kind) to++;
  const count = to - from;
  return count < LEAST_ALIKE ? undefined : { count, text: `${count} more like it` };
}

/**
 * What makes events alike: who sends them, and their frame's method, or that it succeeds, or its error's code; where
 * they are no frame, that they are the same.
 */
function kindOf(event: TranscriptEvent | undefined): string | undefined {
  if (event?.channel !== "wire" || event.direction === "note") return undefined;
  const head = frameHead(event);
  // What a driver says and is given is the session itself.
  if (head?.method === "conformance.next" || event.text.includes('"result":{"steps":')) return undefined;
  return `${event.direction} ${head?.method ?? head?.outcome ?? `${event.size} ${event.text}`}`;
}
