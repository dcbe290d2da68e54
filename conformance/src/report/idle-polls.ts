import type { TranscriptEvent } from "../target/transcript.js";
import type { Fold } from "./fold-transcript.js";

/**
 * Requests of a driver that say nothing, and the kit's answers that give nothing. A request whose empty answer comes
 * behind other events stands for that too.
 */
export function idlePolls(
  events: readonly TranscriptEvent[],
  from: number,
  pointedAt: ReadonlySet<number>,
): Fold | undefined {
  let to = from;
  let polls = 0;
  for (let kind = idle(events[from]); kind !== undefined; kind = idle(events[to])) {
    if (kind === "request") polls++;
    to++;
  }
  const count = to - from;
  if (count > 1) return { count, text: polls === 1 ? "an empty poll" : `${polls} empty polls` };
  if (count === 0) return undefined;
  const other = otherHalf(events, from);
  if (idle(events[other]) === undefined || pointedAt.has(other)) return undefined;
  return { count, text: polls === 1 ? "an empty poll; its answer, empty too, is left out" : undefined };
}

/** Where the answer of a poll is, or the poll of an answer; −1 where there is none. */
function otherHalf(events: readonly TranscriptEvent[], at: number): number {
  const { id } = frameIn(events[at]?.text ?? "");
  const isOther = (event: TranscriptEvent): boolean =>
    event.direction !== events[at]?.direction && id !== undefined && frameIn(event.text).id === id;
  if (idle(events[at]) === "answer") return events.slice(0, at).findLastIndex(isOther);
  const behind = events.slice(at + 1).findIndex(isOther);
  return behind < 0 ? -1 : at + 1 + behind;
}

/** Half of an empty poll, if the event is one. */
export function idle(event: TranscriptEvent | undefined): "request" | "answer" | undefined {
  if (event === undefined || event.channel !== "wire" || event.cut !== undefined) return undefined;
  const { params, result, method } = frameIn(event.text);
  if (event.direction === "to-subject")
    return isEmpty(Object(result), "steps") && Array.isArray(Object(result)["steps"]) ? "answer" : undefined;
  return method === "conformance.next" && isEmpty(Object(params), "done") ? "request" : undefined;
}

function frameIn(text: string): {
  readonly id?: unknown;
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
