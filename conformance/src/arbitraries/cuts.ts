import * as fc from "fast-check";
import { encodePart } from "../target/host-parts.js";
import type { Part } from "../target/host-plan.js";

/** Where a sequence of bytes is cut: at every byte up to some number, or at fractions of its length. */
export type Cuts = { readonly every: number } | { readonly at: readonly number[] };

/** Cuts of a sequence; shrinks to one cut. */
export const cuts: fc.Arbitrary<Cuts> = fc.oneof(
  fc.constantFrom({ every: 1 }, { every: 2 }, { every: 7 }),
  fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })
    .map((at): Cuts => ({ at })),
);

/** At most this many pieces a write: each waits a moment, so that reads see it by itself. */
const MOST = 200;

/** The offsets of cuts in these parts. */
export function offsetsOf(where: Cuts, parts: readonly Part[]): number[] {
  const size = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  const offsets =
    "every" in where
      ? Array.from({ length: MOST }, (_, index) => (index + 1) * where.every)
      : where.at.map((fraction) => Math.round(fraction * size));
  return [...new Set(offsets)].filter((offset) => offset > 0 && offset < size).sort((a, b) => a - b);
}

/** Bytes of a part on the wire. */
export function sizeOf(part: Part): number {
  return "repeat" in part ? Buffer.byteLength(part.repeat.text) * part.repeat.count : encodePart(part).length;
}
