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
  foldTranscript(
    events,
    "host",
    pointedAt.map((at) => ({ at })),
  ).events.map(({ text }) => text);

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
    'the session opens as usual (4 events), run {"limits":{"maxInFlight":8}}',
    call(1).text,
    "the session ends as usual, with null (4 events)",
  ]);
});

test("an unusual start or end is shown event by event, but for what comes before and after it", () => {
  const refused = event(0, "from-subject", { id: "open", error: { code: 1002, message: "no" } });
  const failed = control("from-subject", "ended: failed");
  const all = [...start.slice(0, 3), refused, ...end.slice(0, 3), failed];
  expect(texts(all)).toEqual([
    'the host starts the probe (2 events), run {"limits":{"maxInFlight":8}}',
    ...[start[2], refused, end[0], end[1]].map((one) => one?.text),
    "the probe is gone, ended: failed",
  ]);
});

test("frames like the one before them are a note, but for those that a fact points at", () => {
  const calls = [1, 2, 3, 4, 5, 6, 7, 8].map(call);
  expect(texts(calls)).toEqual([call(1).text, "7 more like it"]);
  expect(texts(calls, [4])).toEqual([call(1).text, "3 more like it", call(5).text, "3 more like it"]);
  expect(texts([...start, ...end], [3]).length).toBe(4);
  expect(texts([...start, ...end], [1]).length).toBe(5);
});

test("of facts that say the same the first is what is shown", () => {
  const fact = { about: "a frame", expected: 1, actual: 2 };
  const all = [1, 2, 3, 4, 5, 6].map(call);
  const facts = [2, 3, 4].map((at) => ({ ...fact, at }));
  expect(foldTranscript(all, "host", facts).events.length).toBe(4);
  expect(foldTranscript(all, "host", [...facts, { ...fact, about: "another", at: 5 }]).events.length).toBe(6);
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
  for (const pointed of [0, 2]) expect(foldTranscript(all, "sandbox", [{ at: pointed }]).events).toEqual(all);
});

const answered = (id: number): TranscriptEvent => event(id, "from-subject", { id, result: {} });

test("a barrier of the kit is a note, and so are the last events of a session that ends in another way", () => {
  const barrier = [
    event(1, "to-subject", { id: "barrier-1", method: "conformance.echo", params: { barrier: 1 } }),
    event(1, "from-subject", { id: "barrier-1", result: { barrier: 1 } }),
  ];
  const last = [control("note", "the probe is gone"), control("from-subject", "ended: killed")];
  const folded = ["a barrier: a later call is answered (2 events)", "the probe is gone, ended: killed"];
  expect(texts([...barrier, ...last])).toEqual(folded);
  expect(texts([...barrier, ...last], [1]).length).toBe(3);
  expect(texts([...barrier, ...last.toReversed()])[1]).toBe("ended: killed, the probe is gone");
});

test("a driver's barrier is a note only where it is told to have passed", () => {
  const given = answer(2, [
    { n: 900_000, do: "call", method: "conformance.echo", params: { step: 900_000 } },
  ]);
  const made = event(3, "from-subject", { id: 3, method: "conformance.echo", params: { step: 900_000 } });
  const taken = event(3, "to-subject", { id: 3, result: "barrier" });
  const told = ask(4, { done: [{ n: 900_000, result: "barrier" }] });
  const shown = (events: readonly TranscriptEvent[]): number =>
    foldTranscript(events, "sandbox").events.length;
  expect(shown([given, made, taken, told])).toBe(1);
  expect(shown([given, made, taken])).toBe(3);
  expect(shown([given, made, control("note", "odd"), taken, told])).toBe(3);
});

test("in a long session the calls that no fact speaks of are notes, which tell them", () => {
  const ids = Array.from({ length: 20 }, (_, id) => id);
  const all = ids.flatMap((id) => [call(id), answered(id)]);
  const { events } = foldTranscript(all, "host", [{ about: "the response to 7", at: 15 }]);
  expect(events.map(({ text }) => text)).toEqual([
    "7 calls answered: 7 × conformance.echo → result (14 events)",
    call(7).text,
    answered(7).text,
    "12 calls answered: 12 × conformance.echo → result (24 events)",
  ]);
});

test("the request of an answer that a fact points at stays among others like it", () => {
  const all = [1, 2, 3, 4, 5, 6, 7, 8].map(call);
  const { events } = foldTranscript([...all, answered(5)], "host", [{ about: "a result", at: 8 }]);
  expect(events.map(({ text }) => text)).toEqual([
    call(1).text,
    "3 more like it",
    call(5).text,
    "3 more like it",
    answered(5).text,
  ]);
});

test("what is named, unanswered, answered twice or the session's own stays in a long session", () => {
  const usual = Array.from({ length: 6 }, (_, id) => [call(id), answered(id)]).flat();
  const own = event(8, "to-subject", { id: 8, method: "session.result", params: {} });
  const odd = [call(9), call(10), answered(10), answered(10), own, answered(8), call(11), answered(11)];
  const { events } = foldTranscript([...usual, ...odd], "host", [{ about: "what came of 11" }]);
  expect(events.slice(1)).toEqual(odd);
  expect(events[0]?.text).toBe("6 calls answered: 6 × conformance.echo → result (12 events)");
});

test("a session that is short enough keeps its calls", () => {
  const all = Array.from({ length: 6 }, (_, id) => [call(id), answered(id)]).flat();
  expect(foldTranscript(all, "host").events).toEqual(all);
  const longer = [control("note", "odd"), ...all];
  expect(texts(longer)).toEqual(["odd", "6 calls answered: 6 × conformance.echo → result (12 events)"]);
});
