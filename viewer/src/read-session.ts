import type { JudgedRole, TranscriptEvent } from "@sandpipe/spec/control";
import { readMessage } from "./read-message.js";
import type { Entry, Message, Trace } from "./trace.js";

const PARTIES: Readonly<Record<JudgedRole, readonly string[]>> = {
  host: ["kit", "host", "probe"],
  sandbox: ["kit", "sandbox"],
  both: ["kit", "host", "sandbox"],
};

/** A session as the kit recorded it. `marked`: indices of the events that the facts point at. */
export function readSession(
  name: string,
  role: JudgedRole,
  events: readonly TranscriptEvent[],
  marked: ReadonlySet<number> = new Set(),
): Trace {
  return {
    name,
    parties: PARTIES[role],
    entries: events.map((event, index) => entryOf(event, role, marked.has(index))),
  };
}

function entryOf(event: TranscriptEvent, role: JudgedRole, marked: boolean): Entry {
  const { at, direction, channel, text, size, cut } = event;
  const message = channel === "wire" && cut === undefined ? messageIn(text) : undefined;
  // The subject stands second; the kit drives a host's adapter from the left, and its child from the right.
  const other = role !== "sandbox" && channel !== "control" ? 2 : 0;
  const ends = direction === "to-subject" ? { from: other, to: 1 } : { from: 1, to: other };
  return {
    ...{ at, channel, text, size },
    ...(direction !== "note" && ends),
    ...(message !== undefined && { message }),
    ...(marked && { marked }),
  };
}

/** What a payload says that is one whole record and nothing else. */
function messageIn(text: string): Message | undefined {
  const json = /^\u001e([^\u001e\n]*)\n$/.exec(text)?.[1];
  if (json === undefined) return undefined;
  try {
    return readMessage(JSON.parse(json));
  } catch {
    return { kind: "malformed" };
  }
}
