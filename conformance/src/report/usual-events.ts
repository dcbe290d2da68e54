import type { JudgedRole } from "../target/target.js";
import type { TranscriptEvent } from "../target/transcript.js";
import type { Fold } from "./fold-transcript.js";

type Expected = (event: TranscriptEvent) => boolean;

const is =
  (direction: TranscriptEvent["direction"], ...texts: readonly (string | RegExp)[]): Expected =>
  (event) =>
    event.direction === direction &&
    event.channel !== "stderr" &&
    texts.every((text) => (typeof text === "string" ? event.text.includes(text) : text.test(event.text)));

const openAsked = '"method":"session.open"';
const openGranted = '"result":{"protocol":1,';
const probeStarted = is("note", /^the host started the probe/);
/** A run message short enough to be told in a note. */
const shortRun = is("to-subject", /^run \{.{0,100}\}$/);

const STARTS: Readonly<Record<JudgedRole, readonly Expected[]>> = {
  host: [probeStarted, is("to-subject", openAsked), is("from-subject", '"id":"open"', openGranted)],
  sandbox: [
    is("note", /^the kit starts /),
    is("from-subject", openAsked),
    is("to-subject", openGranted),
    is("from-subject", '"method":"conformance.next"', '"driver":'),
  ],
  both: [probeStarted, is("to-subject", openAsked), is("from-subject", openGranted)],
};

const resultAsked = ['"method":"session.result"', '"params":{"ok":true,"value":null}'];
const acknowledged = /"result":\{\}\}\n?$/;

const giveNull = is("to-subject", /"steps":\[\{"n":\d+,"do":"result","value":null\}\]\}\}\n?$/);

const ENDS: Readonly<Record<JudgedRole, readonly Expected[]>> = {
  host: [
    is("to-subject", ...resultAsked),
    is("from-subject", '"id":"end"', acknowledged),
    is("note", /^the probe is gone$/),
    is("from-subject", /^ended: ok$/),
  ],
  sandbox: [
    is("from-subject", ...resultAsked),
    is("to-subject", acknowledged),
    is("note", /^the sandbox exits with 0$/),
  ],
  both: [
    is("to-subject", ...resultAsked),
    is("from-subject", acknowledged),
    is("note", /^the sandbox exits with 0$/),
    is("from-subject", /^ended: ok$/),
  ],
};

/** The first events, where they are what every session begins with; what a run message says of its own is told. */
export function usualStart(
  events: readonly TranscriptEvent[],
  from: number,
  role: JudgedRole,
): Fold | undefined {
  const [first] = events;
  if (first === undefined || from > 1) return undefined;
  const run = from === 0 && role !== "sandbox" && shortRun(first) ? first.text : undefined;
  const start = run === undefined ? STARTS[role] : [shortRun, ...STARTS[role]];
  if (!follow(events, from, start)) return undefined;
  const told = run === undefined || run === "run {}" ? "" : `, ${run}`;
  return { count: start.length, text: `the session opens as usual${told} (${start.length} events)` };
}

/** The last events, where they are an acknowledged null and the exit. */
export function usualEnd(
  events: readonly TranscriptEvent[],
  from: number,
  role: JudgedRole,
): Fold | undefined {
  const given = events[from];
  const tail = ENDS[role];
  const end = role === "sandbox" && given !== undefined && giveNull(given) ? [giveNull, ...tail] : tail;
  if (from + end.length !== events.length || !follow(events, from, end)) return undefined;
  return { count: end.length, text: `the session ends as usual, with null (${end.length} events)` };
}

function follow(events: readonly TranscriptEvent[], from: number, wanted: readonly Expected[]): boolean {
  return wanted.every((expected, index) => {
    const event = events[from + index];
    return event !== undefined && expected(event);
  });
}

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
  if (count === 0 || !standsAlone(events, otherHalf(events, from), pointedAt)) return undefined;
  const text = polls === 1 ? "an empty poll; its answer, empty too, is left out" : undefined;
  return { count, text };
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

function standsAlone(
  events: readonly TranscriptEvent[],
  at: number,
  pointedAt: ReadonlySet<number>,
): boolean {
  const beside = [events[at - 1], events[at + 1]];
  return (
    idle(events[at]) !== undefined && !pointedAt.has(at) && beside.every((event) => idle(event) === undefined)
  );
}

/** Fewer are shown as they are. */
const LEAST_ALIKE = 3;

/** Frames of one kind that go one way, behind a first one, up to the next that is pointed at. */
export function likeRun(
  events: readonly TranscriptEvent[],
  from: number,
  pointedAt: ReadonlySet<number>,
): Fold | undefined {
  const kind = kindOf(events[from - 1]);
  if (kind === undefined) return undefined;
  let to = from;
  while (to < events.length && !pointedAt.has(to) && kindOf(events[to]) === kind) to++;
  const count = to - from;
  return count < LEAST_ALIKE ? undefined : { count, text: `${count} more like it` };
}

/** What makes frames alike: who sends them, and their method, or that they succeed, or their error's code. */
function kindOf(event: TranscriptEvent | undefined): string | undefined {
  if (event?.channel !== "wire" || event.direction === "note") return undefined;
  const frame = event.text.startsWith("\u001e{") && /^[^\n]*\n$/.test(event.text) ? event.text : "";
  if (frame === "" || frame.lastIndexOf("\u001e") > 0) return undefined;
  const method = /^\u001e\{"jsonrpc":"2\.0",(?:"id":[^,]*,)?"method":("[^"]*")/.exec(frame)?.[1];
  const code = /^\u001e\{"jsonrpc":"2\.0","id":[^,]*,"error":\{"code":(-?\d+)/.exec(frame)?.[1];
  const success = /^\u001e\{"jsonrpc":"2\.0","id":[^,]*,"result":/.test(frame) ? "result" : undefined;
  const kind = method ?? code ?? success;
  // What a driver says and is given is the session itself.
  if (kind === undefined || kind === '"conformance.next"' || frame.includes('"result":{"steps":'))
    return undefined;
  return `${event.direction} ${kind}`;
}

/** Half of an empty poll, if the event is one. */
function idle(event: TranscriptEvent | undefined): "request" | "answer" | undefined {
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
