import { expect, test } from "vitest";
import type { TranscriptEvent } from "../target/transcript.js";
import { foldPolls } from "./fold-polls.js";

const event = (at: number, direction: TranscriptEvent["direction"], frame: object): TranscriptEvent => {
  const text = `\u001e${JSON.stringify({ jsonrpc: "2.0", ...frame })}\n`;
  return { at, direction, channel: "wire", text, size: Buffer.byteLength(text) };
};
const ask = (at: number, params: object): TranscriptEvent =>
  event(at, "from-subject", { id: at, method: "conformance.next", params });
const answer = (at: number, steps: readonly object[]): TranscriptEvent =>
  event(at, "to-subject", { id: at, result: { steps } });

test("a run of empty polls is one line with their number, and an event in it is shown there", () => {
  const first = ask(0, { driver: { name: "d" } });
  const last = ask(7, { done: [{ n: 1, result: null }] });
  const polls = [answer(1, []), ask(2, { done: [] }), answer(3, []), ask(4, {}), answer(5, [])];
  const { events, place } = foldPolls([first, ...polls, last]);
  expect(events.map(({ text }) => text)).toEqual([first.text, "2 empty polls", last.text]);
  expect([0, 1, 5, 6].map(place)).toEqual([0, 1, 1, 2]);
});

test("what says or gives something stays, and so does a single empty poll", () => {
  const all = [
    ask(0, { done: [] }),
    answer(1, [{ n: 1, do: "call" }]),
    ask(2, { done: [{ n: 1, error: { code: 1, message: "" } }] }),
    answer(3, []),
    event(4, "from-subject", { id: 4, method: "conformance.echo", params: {} }),
    event(5, "to-subject", { id: 5, result: {} }),
    answer(6, []),
  ];
  const { events, place } = foldPolls(all);
  expect(events).toEqual(all);
  expect(all.map((_, index) => place(index))).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
