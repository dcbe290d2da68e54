import { sameValue } from "../wire/equal.js";
import { bytesOf } from "./bytes-of.js";
import type { ExpectedAnswer, ExpectedEvent } from "./vector.js";

/** One event of a decoder under test. */
export type DecodedEvent =
  | { readonly frame: unknown }
  | { readonly output: Uint8Array }
  | { readonly violation: string | true; readonly skipped?: number }
  | { readonly answer: ExpectedAnswer };

/**
 * What a decoding comes to, in three sequences: how events of different sequences lie between one another is left
 * to the decoder, and so is how output is divided.
 */
interface Decoding {
  readonly stream: readonly ({ frame: unknown } | { output: Uint8Array } | { anyFrame: true })[];
  readonly violations: readonly { violation: string | true; skipped: number }[];
  readonly answers: readonly ExpectedAnswer[];
}

/** Which of the three sequences a decoder tells at all. */
export interface Told {
  readonly violations: boolean;
  readonly answers: boolean;
}

/** Undefined where the events are one of the expected sequences, else the first difference from the first of them. */
export function decodingDifference(
  expected: readonly (readonly ExpectedEvent[])[],
  actual: readonly DecodedEvent[],
  told: Told = { violations: true, answers: true },
): string | undefined {
  const got = fold(actual);
  const differences = expected.map((events) => difference(fold(expand(events)), got, told));
  return differences.includes(undefined) ? undefined : differences[0];
}

type FoldedEvent = DecodedEvent | { readonly anyFrame: true };

function expand(events: readonly ExpectedEvent[]): FoldedEvent[] {
  return events.flatMap((event): FoldedEvent[] => {
    if ("repeat" in event) return Array.from({ length: event.repeat }, () => expand(event.events)).flat();
    if ("output" in event) return [{ output: bytesOf(event.output) }];
    if ("frameText" in event)
      return [{ frame: JSON.parse(Buffer.from(bytesOf(event.frameText)).toString("utf8")) as unknown }];
    return [event];
  });
}

function fold(events: readonly FoldedEvent[]): Decoding {
  const stream: Decoding["stream"][number][] = [];
  const violations: Decoding["violations"][number][] = [];
  const answers: ExpectedAnswer[] = [];
  let pieces: Uint8Array[] = [];
  const flush = (): void => {
    const output = Buffer.concat(pieces);
    if (output.length > 0) stream.push({ output });
    pieces = [];
  };
  for (const event of events) {
    if ("output" in event) pieces.push(event.output);
    else if ("violation" in event)
      violations.push({ violation: event.violation, skipped: event.skipped ?? 0 });
    else if ("answer" in event) answers.push(event.answer);
    else {
      flush();
      stream.push(event);
    }
  }
  flush();
  return { stream, violations, answers };
}

function difference(expected: Decoding, got: Decoding, told: Told): string | undefined {
  const inStream = firstDifference("event", expected.stream, got.stream, (a, b) => {
    if ("output" in a || "output" in b)
      return "output" in a && "output" in b && Buffer.compare(a.output, b.output) === 0;
    return "anyFrame" in a || ("frame" in a && "frame" in b && sameValue(a.frame, b.frame));
  });
  if (inStream !== undefined) return inStream;
  if (told.violations) {
    const inViolations = firstDifference(
      "violation",
      expected.violations,
      got.violations,
      (a, b) => a.skipped === b.skipped && (b.violation === true || a.violation === b.violation),
    );
    if (inViolations !== undefined) return inViolations;
  }
  if (!told.answers) return undefined;
  return firstDifference(
    "answer",
    expected.answers,
    got.answers,
    (a, b) => a.id === b.id && a.code === b.code && a.kind === b.kind,
  );
}

function firstDifference<T>(
  what: string,
  expected: readonly T[],
  got: readonly T[],
  same: (a: T, b: T) => boolean,
): string | undefined {
  for (let index = 0; index < Math.max(expected.length, got.length); index++) {
    const a = expected[index];
    const b = got[index];
    if (a !== undefined && b !== undefined && same(a, b)) continue;
    return `${what} ${index + 1}: expected ${show(a)}, got ${show(b)}`;
  }
  return undefined;
}

function show(event: unknown): string {
  if (event === undefined) return "nothing";
  const readable =
    typeof event === "object" && event !== null && "output" in event
      ? { output: Buffer.from(event.output as Uint8Array).toString("latin1") }
      : event;
  let text: string;
  try {
    text = JSON.stringify(readable);
  } catch {
    return "a value that is nested too deep to be shown";
  }
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}
