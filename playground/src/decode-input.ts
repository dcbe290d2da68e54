import {
  cut,
  decodeLines,
  decodeStream,
  judgeFrame,
  type DecodedEvent,
  type DecodeLimits,
  type FrameFault,
  type WireObject,
} from "@sandpipe/conformance/decoding";

/** What a person asks to see decoded. */
export interface Input {
  readonly bytes: Uint8Array;
  /** Offsets at which one read ends and the next begins, ascending. */
  readonly cuts: readonly number[];
  readonly protocol: 0 | 1;
  readonly limits: DecodeLimits;
}

/** A step of a stream's decoding. */
export type Step =
  | {
      readonly kind: "frame";
      readonly value: unknown;
      readonly what: string;
      readonly faults: readonly FrameFault[];
    }
  | { readonly kind: "output"; readonly bytes: Uint8Array }
  | {
      readonly kind: "violation";
      readonly name: string;
      readonly requirement: string;
      readonly skipped: number;
    }
  | { readonly kind: "answer"; readonly code: number; readonly id: unknown };

/** Which requirement each violation breaks; the framing chapter's table. */
const REQUIREMENTS: Readonly<Record<string, string>> = {
  "not-json": "frame:violation:not-json",
  "no-jsonrpc": "frame:violation:no-jsonrpc",
  restart: "frame:violation:restart",
  "cut-end": "frame:violation:cut-end",
  "too-deep": "limit:depth:boundary",
  "too-large": "limit:frame:in-boundary",
};

/** A stream decoded, and whether every chunking comes to the same. */
export interface Decoded {
  readonly steps: readonly Step[];
  /** The same with no cut at all, and in small pieces. */
  readonly same: boolean;
  /** Bytes of those pieces. */
  readonly piece: number;
}

/** Decodes with the kit's own decoder, cut as asked, whole, and in small pieces. */
export function decodeInput({ bytes, cuts, protocol, limits }: Input): Decoded {
  const decode = (places: readonly number[]): readonly Step[] => {
    const pieces = cut(bytes, places);
    return joinOutput(
      (protocol === 0 ? decodeLines(pieces) : decodeStream(pieces, limits)).flatMap((event) =>
        stepsOf(event, protocol),
      ),
    );
  };
  const steps = decode(cuts);
  const piece = pieceBytes(bytes.length);
  const every = Array.from(
    { length: Math.max(0, Math.ceil(bytes.length / piece) - 1) },
    (_, at) => (at + 1) * piece,
  );
  const text = JSON.stringify(steps, plain);
  return {
    steps,
    piece,
    same: [[], every].every((places) => JSON.stringify(decode(places), plain) === text),
  };
}

/** Single bytes; of a long stream some at once. */
function pieceBytes(length: number): number {
  return Math.ceil(length / 8_192);
}

const plain = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? [...value] : value);

function stepsOf(event: DecodedEvent, protocol: 0 | 1): readonly Step[] {
  if ("output" in event) return [{ kind: "output", bytes: event.output }];
  if ("answer" in event) return [{ kind: "answer", code: event.answer.code, id: null }];
  if ("violation" in event) {
    const name = String(event.violation);
    return [
      {
        kind: "violation",
        name,
        requirement: REQUIREMENTS[name] ?? "frame:violation:not-json",
        skipped: event.skipped ?? 0,
      },
    ];
  }
  if (protocol === 0) return [{ kind: "frame", value: event.frame, what: "request", faults: [] }];
  const { kind, faults } = judgeFrame(event.frame as WireObject);
  const [fault] = faults;
  const step: Step = { kind: "frame", value: event.frame, what: kind, faults };
  if (fault?.code === undefined) return [step];
  const { id } = event.frame as { readonly id?: unknown };
  const named = fault.requirement === "call:id:invalid-refused" ? null : id;
  return [step, { kind: "answer", code: fault.code, id: named }];
}

/** How a decoder divides output is its own affair. */
function joinOutput(steps: readonly Step[]): readonly Step[] {
  const joined: Step[] = [];
  for (const step of steps) {
    const before = joined.at(-1);
    if (step.kind === "output" && before?.kind === "output") {
      const bytes = new Uint8Array(before.bytes.length + step.bytes.length);
      bytes.set(before.bytes);
      bytes.set(step.bytes, before.bytes.length);
      joined[joined.length - 1] = { kind: "output", bytes };
    } else joined.push(step);
  }
  return joined;
}
