import { CR, LF, RS } from "@sandpipe/spec/v1";
import { createDecoder, type DecodeLimits, type Decoder, type WireEvent } from "../../wire/decode.js";
import type { Deviations } from "./deviations.js";

/** The kit's decoder with the seams of faults in reading: what comes in, and what goes out, can be bent. */
export function createReceiver(limits: DecodeLimits, deviations: Deviations): Decoder {
  const bent = bendLimits(limits, deviations);
  let decoder = createDecoder(bent);
  const before = bendBytes(deviations);
  return {
    push(chunk) {
      if (deviations.has("parses-each-chunk")) decoder = createDecoder(bent);
      const events = decoder.push(before(chunk));
      if (deviations.has("parses-each-chunk")) events.push(...decoder.end());
      return bendEvents(events, limits, deviations);
    },
    end() {
      const events = bendEvents(decoder.end(), limits, deviations);
      return deviations.has("cut-end-lost") ? events.filter((event) => event.kind !== "output") : events;
    },
  };
}

function bendLimits(limits: DecodeLimits, deviations: Deviations): DecodeLimits {
  let { maxFrameBytes, maxDepth } = limits;
  if (deviations.has("frame-limit-plus-one")) maxFrameBytes++;
  if (deviations.has("frame-limit-minus-one")) maxFrameBytes--;
  if (deviations.has("depth-limit-plus-one")) maxDepth++;
  if (deviations.has("depth-limit-minus-one")) maxDepth--;
  return { maxFrameBytes, maxDepth };
}

type BendBytes = (chunk: Uint8Array) => Uint8Array;

/** Several deviations bend one after another. */
function bendBytes(deviations: Deviations): BendBytes {
  const bends = BENDS.filter(([name]) => deviations.has(name));
  const each = bends.map(([, create]) => create());
  return (chunk) => each.reduce((bytes, bend) => bend(bytes), chunk);
}

const BENDS = [
  [
    "output-kept-without-end",
    () => {
      const held: Uint8Array[] = [];
      return (chunk) => {
        held.push(Buffer.from(chunk));
        if (chunk.includes(LF)) held.length = 0;
        return chunk;
      };
    },
  ],
  ["decodes-each-chunk", () => (chunk) => Buffer.from(Buffer.from(chunk).toString("utf8"))],
  [
    "cut-before-lf-lost",
    () => (chunk) => (chunk[0] === LF ? Buffer.concat([Buffer.from(" "), chunk.subarray(1)]) : chunk),
  ],
  [
    "rs-inside-swallowed",
    () => {
      let inRecord = false;
      return (chunk) =>
        chunk.map((byte) => {
          if (byte === LF) inRecord = false;
          if (byte !== RS) return byte;
          if (inRecord) return 0x20;
          inRecord = true;
          return byte;
        });
    },
  ],
] as const satisfies readonly (readonly [string, () => BendBytes])[];

function bendEvents(events: WireEvent[], limits: DecodeLimits, deviations: Deviations): WireEvent[] {
  let frames = 0;
  let vanishing = false;
  return events.flatMap((event): WireEvent[] => {
    if (event.kind === "frame") {
      if (deviations.has("one-frame-a-read") && frames++ > 0) return [];
      const length = Buffer.byteLength(event.text);
      if (deviations.has("cr-is-a-violation") && event.bytes > length)
        return refuse(event.text + String.fromCharCode(CR));
      if (deviations.has("splits-at-line-separators") && /[\u2028\u2029]/u.test(event.text))
        return refuse(event.text);
      if (deviations.has("text-brackets-counted") && bracketsOf(event.text) > limits.maxDepth)
        return refuse(event.text, "too-deep");
    }
    if (event.kind === "violation") {
      vanishing = deviations.has("violation-vanishes") && event.violation === "not-json";
      if (deviations.has("oversized-in-output") && event.violation === "too-large")
        return [event, { kind: "output", bytes: Buffer.alloc(event.skipped, "x") }];
    }
    if (event.kind === "output" && vanishing) {
      vanishing = false;
      return [];
    }
    return [event];
  });
}

function refuse(text: string, violation: "not-json" | "too-deep" = "not-json"): WireEvent[] {
  const bytes = Buffer.concat([Uint8Array.of(RS), Buffer.from(text), Uint8Array.of(LF)]);
  return [
    { kind: "violation", violation, skipped: 0 },
    { kind: "output", bytes },
  ];
}

function bracketsOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    if (character === "}" || character === "]") depth--;
  }
  return deepest;
}
