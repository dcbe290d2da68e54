import type { TraceLine } from "@sandpipe/spec/v1";
import { readMessage } from "./read-message.js";
import type { Entry, Trace } from "./trace.js";

const PARTIES = ["host", "sandbox"];

/** The sessions of a host's `--trace` file, JSON lines of TraceLine. Throws an Error that names the line. */
export function readHostTrace(text: string): readonly Trace[] {
  const sessions = new Map<string, Entry[]>();
  let number = 0;
  for (const line of text.split("\n")) {
    number++;
    if (line.trim() === "") continue;
    const { session, entry } = readLine(line, number);
    const entries = sessions.get(session);
    if (entries === undefined) sessions.set(session, [entry]);
    else entries.push(entry);
  }
  return [...sessions].map(([name, entries]) => ({ name, parties: PARTIES, entries }));
}

function readLine(line: string, number: number): { session: string; entry: Entry } {
  let value: Partial<TraceLine>;
  try {
    value = Object(JSON.parse(line)) as Partial<TraceLine>;
  } catch {
    // The last line of a host that was killed may be cut.
    throw new Error(`line ${number} is no JSON: ${line.slice(0, 80)}`);
  }
  const { at, session, direction, transport, frame } = value;
  if (
    typeof at !== "number" ||
    typeof session !== "string" ||
    (direction !== "from-sandbox" && direction !== "to-sandbox")
  )
    throw new Error(`line ${number} is no line of a trace: it lacks "at", "session" or "direction"`);
  const payload = typeof frame === "string" ? frame : JSON.stringify(frame);
  const [from, to] = direction === "to-sandbox" ? [0, 1] : [1, 0];
  return {
    session,
    entry: {
      ...{ at, from, to, text: payload, size: byteLength(payload) },
      channel: transport === "http" ? "http" : "wire",
      message: readMessage(frame),
    },
  };
}

/** Bytes of a text in UTF-8, without making them. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // A pair of surrogates is two units and four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}
