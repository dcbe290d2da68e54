import type { JudgedRole } from "../target/target.js";
import type { TranscriptEvent } from "../target/transcript.js";
import { foldTranscript, type Pointer } from "./fold-transcript.js";
import type { Failure } from "./report.js";
import { payloadText } from "./payload-text.js";

const PAYLOAD_CHARACTERS = 220;
const MAX_LINES = 60;

/** One line an event: milliseconds, who to whom, the payload with its control characters made visible. */
export function transcriptLines(
  whole: readonly TranscriptEvent[],
  role: JudgedRole,
  facts: readonly Pointer[] = [],
): readonly string[] {
  const { events } = foldTranscript(whole, role, facts);
  const line = (event: TranscriptEvent): string => {
    const at = event.at.toFixed(event.at < 100 ? 1 : 0).padStart(7);
    return `${at}  ${arrowOf(event, role).padEnd(16)} ${payloadText(event, PAYLOAD_CHARACTERS)}`;
  };
  if (events.length <= MAX_LINES) return events.map(line);
  const half = MAX_LINES / 2;
  const left = `${"".padStart(7)}  … ${events.length - MAX_LINES} events left out (all are in the saved report) …`;
  return [...events.slice(0, half).map(line), left, ...events.slice(-half).map(line)];
}

/** The events that facts point at. */
export function pointedAt(facts: readonly { readonly at?: number }[]): ReadonlySet<number> {
  return new Set(facts.flatMap(({ at }) => (at === undefined ? [] : [at])));
}

/** How many lines of transcript a person has to read of a failure. */
export function transcriptLength(
  { transcript, facts }: Pick<Failure, "transcript" | "facts">,
  role: JudgedRole,
): number {
  return transcriptLines(transcript, role, facts).length;
}

/** From whom to whom an event went; nothing for a note. */
export interface Parties {
  readonly from: string;
  readonly to: string;
}

/** The two ends of an event. */
export function partiesOf({ direction, channel }: TranscriptEvent, role: JudgedRole): Parties | undefined {
  if (direction === "note") return undefined;
  const other = role === "sandbox" || channel === "control" ? "kit" : role === "both" ? "sandbox" : "probe";
  const subject = role === "sandbox" ? role : channel === "control" ? "adapter" : "host";
  return direction === "to-subject" ? { from: other, to: subject } : { from: subject, to: other };
}

function arrowOf(event: TranscriptEvent, role: JudgedRole): string {
  const parties = partiesOf(event, role);
  if (!parties) return "·";
  return `${parties.from} → ${parties.to}${event.channel === "stderr" ? " (2)" : ""}`;
}
