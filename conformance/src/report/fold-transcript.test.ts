import { expect, test } from "vitest";
import type { TranscriptEvent } from "../target/transcript.js";
import { foldTranscript } from "./fold-transcript.js";

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
  const { events, place } = foldTranscript([first, ...polls, last], "sandbox");
  expect(events.map(({ text }) => text)).toEqual([first.text, "2 empty polls", last.text]);
  expect([0, 1, 5, 6].map(place)).toEqual([0, 1, 1, 2]);
});

test("what says or gives something stays, and so does a single poll whose answer gives something", () => {
  const all = [
    ask(0, { done: [] }),
    answer(1, [{ n: 1, do: "call" }]),
    ask(2, { done: [{ n: 1, error: { code: 1, message: "" } }] }),
    answer(3, []),
    event(4, "from-subject", { id: 4, method: "conformance.echo", params: {} }),
    event(5, "to-subject", { id: 5, result: {} }),
    answer(6, []),
  ];
  const { events, place } = foldTranscript(all, "sandbox");
  expect(events).toEqual(all);
  expect(all.map((_, index) => place(index))).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

const control = (direction: TranscriptEvent["direction"], text: string): TranscriptEvent => ({
  ...{ at: 0, direction, channel: direction === "note" ? "process" : "control", text, size: text.length },
});
const call = (id: number): TranscriptEvent =>
  event(id, "to-subject", { id, method: "conformance.echo", params: {} });
const texts = (events: readonly TranscriptEvent[], pointedAt: readonly number[] = []): readonly string[] =>
  foldTranscript(events, "host", new Set(pointedAt)).events.map(({ text }) => text);

const start = [
  control("to-subject", 'run {"limits":{"maxInFlight":8}}'),
  control("note", "the host started the probe, process 1"),
  event(0, "to-subject", { id: "open", method: "session.open", params: {} }),
  event(0, "from-subject", { id: "open", result: { protocol: 1, session: {} } }),
];
const end = [
  event(9, "to-subject", { id: "end", method: "session.result", params: { ok: true, value: null } }),
  event(9, "from-subject", { id: "end", result: {} }),
  control("note", "the probe is gone"),
  control("from-subject", "ended: ok"),
];

test("a usual start and a usual end are a note each, which tells what the run asked for", () => {
  expect(texts([...start, call(1), ...end])).toEqual([
    'the session opens as usual, run {"limits":{"maxInFlight":8}} (4 events)',
    call(1).text,
    "the session ends as usual, with null (4 events)",
  ]);
});

test("an unusual start or end is shown event by event", () => {
  const refused = event(0, "from-subject", { id: "open", error: { code: 1002, message: "no" } });
  const failed = control("from-subject", "ended: failed");
  const all = [...start.slice(0, 3), refused, ...end.slice(0, 3), failed];
  expect(texts(all)).toEqual(all.map(({ text }) => text));
});

test("frames like the one before them are a note, but for those that a fact points at", () => {
  const calls = [1, 2, 3, 4, 5, 6, 7, 8].map(call);
  expect(texts(calls)).toEqual([call(1).text, "7 more like it"]);
  expect(texts(calls, [4])).toEqual([call(1).text, "3 more like it", call(5).text, "3 more like it"]);
  expect(texts([...start, ...end], [3]).length).toBe(5);
});

test("an empty poll whose answer comes later stands for that too", () => {
  const other = event(2, "from-subject", { id: "c", method: "conformance.echo", params: {} });
  const all = [ask(1, { done: [] }), other, answer(1, []), call(3)];
  const { events, place } = foldTranscript(all, "sandbox");
  expect(events.map(({ text }) => text)).toEqual([
    "an empty poll; its answer, empty too, is left out",
    other.text,
    call(3).text,
  ]);
  expect(place(3)).toBe(2);
  for (const pointed of [0, 2])
    expect(foldTranscript(all, "sandbox", new Set([pointed])).events).toEqual(all);
});
