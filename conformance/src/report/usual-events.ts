import type { JudgedRole } from "../target/target.js";
import type { TranscriptEvent } from "../target/transcript.js";
import type { Fold } from "./fold-transcript.js";
import { idle } from "./idle-polls.js";

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
const runAsked = is("to-subject", /^run \{.*\}$/s);

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

/** A host that was silent on stdio was turned away from. */
const FALLBACK = [
  is("note", /^the kit starts /),
  is("from-subject", openAsked),
  is("from-subject", /^POST /, openAsked),
  is("to-subject", /^HTTP/, openGranted),
  is("from-subject", '"method":"conformance.next"', '"driver":'),
];

const resultAsked = ['"method":"session.result"', '"params":{"ok":true,"value":null}'];
const acknowledged = /"result":\{\}\}\n?$/;
const giveNull = is("to-subject", /"steps":\[\{"n":\d+,"do":"result","value":null\}\]\}\}\n?$/);
const sandboxExits = is("note", /^the sandbox exits with 0$/);
const endedOk = is("from-subject", /^ended: ok$/);

const ENDS: Readonly<Record<JudgedRole, readonly Expected[]>> = {
  host: [
    is("to-subject", ...resultAsked),
    is("from-subject", '"id":"end"', acknowledged),
    is("note", /^the probe is gone$/),
    endedOk,
  ],
  sandbox: [is("from-subject", ...resultAsked), is("to-subject", acknowledged), sandboxExits],
  both: [is("from-subject", ...resultAsked), is("to-subject", acknowledged), sandboxExits, endedOk],
};

/**
 * The first events, where they are what every session begins with; what a run message says of its own is told. Where a
 * fact is about the opening, or it is an unusual one, what comes before it.
 */
export function usualStart(
  events: readonly TranscriptEvent[],
  from: number,
  role: JudgedRole,
  pointedAt: ReadonlySet<number>,
): Fold | undefined {
  const [first] = events;
  if (first === undefined || from > 0) return undefined;
  const run = role !== "sandbox" && runAsked(first) ? first.text : undefined;
  const start = run === undefined ? STARTS[role] : [runAsked, ...STARTS[role]];
  const told = run === undefined || run === "run {}" ? "" : `, ${run}`;
  const count = start.length;
  if (follow(events, 0, start) && !start.some((_, index) => pointedAt.has(index)))
    return { count, text: `the session opens as usual (${count} events)${told}` };
  if (role === "sandbox" && follow(events, 0, FALLBACK) && !FALLBACK.some((_, index) => pointedAt.has(index)))
    return {
      count: FALLBACK.length,
      text: `the session opens over HTTP, not over stdio (${FALLBACK.length} events)`,
    };
  if (run === undefined || !follow(events, 0, start.slice(0, 2))) return undefined;
  return { count: 2, text: `the host starts the probe (2 events)${told}` };
}

/** The last events, where they are an acknowledged null and the exit, whichever of the two last is told first. */
export function usualEnd(
  events: readonly TranscriptEvent[],
  from: number,
  role: JudgedRole,
): Fold | undefined {
  const given = events[from];
  const tail = ENDS[role];
  const gives = role === "sandbox" && given !== undefined && giveNull(given);
  // A driver may ask once more before it has ended.
  const asksAgain = gives && idle(events[from + 1]) === "request" ? [is("from-subject")] : [];
  const end = gives ? [giveNull, ...asksAgain, ...tail] : tail;
  if (from + end.length !== events.length) return undefined;
  const swapped = [...end.slice(0, -2), ...end.slice(-2).reverse()];
  if (!follow(events, from, end) && !follow(events, from, swapped)) return undefined;
  return { count: end.length, text: `the session ends as usual, with null (${end.length} events)` };
}

const ENDING = [
  is("note", /^the (?:probe|sandbox) (?:is gone$|exits with )/),
  is("note", /^the kit kills the /),
  is("from-subject", /^ended: /),
];

/** What the last events of any other session are, in one line and in their own words. */
export function lastEvents(events: readonly TranscriptEvent[], from: number): Fold | undefined {
  const rest = events.slice(from);
  if (rest.length < 2 || !rest.every((event) => ENDING.some((expected) => expected(event)))) return undefined;
  return { count: rest.length, text: rest.map(({ text }) => text).join(", ") };
}

const hostBarrier = is("to-subject", /"id":"barrier-(\d+)",.*"params":\{"barrier":\1\}\}\n?$/s);
const hostBarrierPassed = is("from-subject", /"id":"barrier-(\d+)","result":\{"barrier":\1\}\}\n?$/);
const barrierGiven = is(
  "to-subject",
  /"steps":\[\{"n":(9\d{5}),"do":"call",[^{]*"params":\{"step":\1\}\}\]\}\}\n?$/,
);
const barrierTold = is("from-subject", /"params":\{"done":\[\{"n":9\d{5},"result":"barrier"\}\]\}\}\n?$/);
const BARRIER = [
  is("from-subject", '"method":"conformance.echo"', /"params":\{"step":9\d{5}\}\}\n?$/),
  is("to-subject", /"result":"barrier"\}\n?$/),
  barrierTold,
  (event: TranscriptEvent) => idle(event) !== undefined,
];

/** A call of the kit's own that shows what came before it to be over, answered as it should be; what else came parts it. */
export function barrier(events: readonly TranscriptEvent[], from: number): Fold | undefined {
  if (follow(events, from, [hostBarrier, hostBarrierPassed]))
    return { count: 2, text: "a barrier: a later call is answered (2 events)" };
  const given = follow(events, from, [barrierGiven]);
  let to = given ? from + 1 : from;
  while (to < events.length && BARRIER.some((expected) => follow(events, to, [expected]))) to++;
  const passed = events.findIndex((event, at) => at >= from && barrierTold(event));
  if (passed < 0 || to - from < 2 || events.slice(from, to).every((event) => idle(event) !== undefined))
    return undefined;
  // What follows is no more of it.
  const count = Math.min(to, passed + 1) - from;
  return { count, text: `a barrier: a later call is ${given ? "made and " : ""}answered (${count} events)` };
}

function follow(events: readonly TranscriptEvent[], from: number, wanted: readonly Expected[]): boolean {
  return wanted.every((expected, index) => {
    const event = events[from + index];
    return event !== undefined && expected(event);
  });
}
