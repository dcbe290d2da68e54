import { expect, test } from "vitest";
import type { TranscriptEvent } from "../target/transcript.js";
import { transcriptLength, transcriptLines } from "./transcript-lines.js";

function wire(direction: "to-subject" | "from-subject", text: string): TranscriptEvent {
  return { at: 1, direction, channel: "wire", text, size: Buffer.byteLength(text) };
}

test("a transcript's length is the lines that a person reads: polls that say nothing count as one", () => {
  const poll = [
    wire("from-subject", '\u001e{"jsonrpc":"2.0","id":1,"method":"conformance.next","params":{}}\n'),
    wire("to-subject", '\u001e{"jsonrpc":"2.0","id":1,"result":{"steps":[]}}\n'),
  ];
  const events = [wire("from-subject", "a print"), ...poll, ...poll, ...poll, wire("to-subject", "x")];
  expect(transcriptLength({ transcript: events, facts: [] }, "sandbox")).toBe(3);
  expect(transcriptLines(events, "sandbox")[1]).toMatch(/· +3 empty polls/);
});
