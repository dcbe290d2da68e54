import type { JudgedRole, ReportCheck, ReportLine, TranscriptEvent } from "@sandpipe/spec/control";
import { readHostTrace } from "./read-host-trace.js";
import { readSession } from "./read-session.js";
import type { Trace } from "./trace.js";

/** A failing session as the kit saves it, in the members that are drawn. */
interface SavedSession {
  readonly sandpipe: "failure";
  readonly role: JudgedRole;
  readonly check: string;
  readonly facts: readonly { readonly at?: number }[];
  readonly transcript: readonly TranscriptEvent[];
}

/**
 * The traces in a file: a host's `--trace` (a trace a session), a failing session that the kit saved, or a report of
 * the kit as NDJSON (a trace a failure). Throws an Error that says what is wrong with the text.
 */
export function readTrace(text: string): readonly Trace[] {
  const first = firstValue(text);
  if (first === undefined)
    throw new Error(
      "this is neither a host's --trace file (JSON lines), nor a saved failing session, nor a report of the kit (NDJSON)",
    );
  if (first["sandpipe"] === "failure") return [savedSession(first as unknown as SavedSession)];
  const traces = first["event"] === "start" ? reportedFailures(text) : readHostTrace(text);
  if (traces.length === 0) throw new Error("there is nothing in it to draw: no frame, no failure");
  return traces;
}

function savedSession({ check, role, facts, transcript }: SavedSession): Trace {
  if (!Array.isArray(transcript) || !Array.isArray(facts))
    throw new Error('this saved session lacks its "transcript" or its "facts"');
  return readSession(check, role, transcript, marksOf(facts));
}

function reportedFailures(text: string): readonly Trace[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const values = lines.map((line) => JSON.parse(line) as ReportLine);
  const start = values.find((value) => value.event === "start");
  const failed = values.filter(
    (value): value is ReportCheck => value.event === "check" && value.failure !== undefined,
  );
  return failed.flatMap(({ id, failure }) =>
    failure === undefined
      ? []
      : [readSession(id, start?.role ?? "host", failure.transcript, marksOf(failure.facts))],
  );
}

const marksOf = (facts: readonly { readonly at?: number }[]): ReadonlySet<number> =>
  new Set(facts.flatMap(({ at }) => (at === undefined ? [] : [at])));

/** The value of the whole text, or of its first line. */
function firstValue(text: string): Readonly<Record<string, unknown>> | undefined {
  for (const one of [text.slice(0, text.indexOf("\n") + 1 || text.length), text]) {
    try {
      const value: unknown = JSON.parse(one);
      if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
    } catch {
      continue;
    }
  }
  return undefined;
}
