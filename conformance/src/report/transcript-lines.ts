import type { Role } from "../target/target.js";
import type { TranscriptEvent } from "../target/transcript.js";
import { shorten, visible } from "./visible.js";

const PAYLOAD_CHARACTERS = 220;
const MAX_LINES = 60;

/** One line an event: milliseconds, who to whom, the payload with its control characters made visible. */
export function transcriptLines(events: readonly TranscriptEvent[], role: Role): readonly string[] {
  const line = (event: TranscriptEvent): string => {
    const at = event.at.toFixed(event.at < 100 ? 1 : 0).padStart(7);
    return `${at}  ${partiesOf(event, role).padEnd(16)} ${payloadOf(event)}`;
  };
  if (events.length <= MAX_LINES) return events.map(line);
  const half = MAX_LINES / 2;
  const left = `${"".padStart(7)}  … ${events.length - MAX_LINES} events left out (all are in the saved report) …`;
  return [...events.slice(0, half).map(line), left, ...events.slice(-half).map(line)];
}

function partiesOf({ direction, channel }: TranscriptEvent, role: Role): string {
  if (direction === "note") return "·";
  const other = role === "sandbox" ? "kit" : channel === "control" ? "kit" : "probe";
  const subject = role === "host" && channel === "control" ? "adapter" : role;
  const parties = direction === "to-subject" ? `${other} → ${subject}` : `${subject} → ${other}`;
  return channel === "stderr" ? `${parties} (2)` : parties;
}

function payloadOf(event: TranscriptEvent): string {
  if (event.cut === undefined) return shorten(visible(event.text), PAYLOAD_CHARACTERS, event.size);
  const ends = [event.text.slice(0, 160), event.text.slice(-50)].map(visible);
  return `${ends[0]} … ${event.size.toLocaleString("en-US")} bytes … ${ends[1]}`;
}
