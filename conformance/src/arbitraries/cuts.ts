import * as fc from "fast-check";
import { encodePart } from "../target/host-parts.js";
import type { Part } from "../target/host-plan.js";

/** Where a sequence of bytes is cut: every so many bytes, or at ten-thousandths of its length. */
export type Cuts = { readonly everyBytes: number } | { readonly at: readonly number[] };

/** Cuts of a sequence; shrinks to one cut, also from a cut at every byte. */
export const cuts: fc.Arbitrary<Cuts> = fc.oneof(
  { withCrossShrink: true },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 9_999 }), { minLength: 1, maxLength: 12 })
      .map((at): Cuts => ({ at })),
  },
  { weight: 1, arbitrary: fc.constantFrom<Cuts>({ everyBytes: 1 }, { everyBytes: 2 }, { everyBytes: 7 }) },
);

/** At most this many pieces a write: each waits a moment, so that reads see it by itself. */
const MOST = 200;

/** The offsets of cuts in these parts. */
export function offsetsOf(where: Cuts, parts: readonly Part[]): number[] {
  const size = parts.reduce((sum, part) => sum + sizeOf(part), 0);
  const offsets =
    "everyBytes" in where
      ? Array.from({ length: MOST }, (_, index) => (index + 1) * where.everyBytes)
      : where.at.map((place) => Math.round((place / 10_000) * size));
  return [...new Set(offsets)].filter((offset) => offset > 0 && offset < size).sort((a, b) => a - b);
}

/** Bytes of a part on the wire. */
export function sizeOf(part: Part): number {
  return "repeat" in part ? Buffer.byteLength(part.repeat.text) * part.repeat.count : encodePart(part).length;
}
