import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignLanes } from "./lanes.js";

/** Spans as calls have them: each row begins or ends at most one. */
const spans = fc.array(fc.nat(30_000), { minLength: 2, maxLength: 60 }).map((rows) => {
  const places = [...new Set(rows)];
  const found: { first: number; last: number }[] = [];
  for (let at = 0; at + 1 < places.length; at += 2) {
    const [a = 0, b = 0] = [places[at], places[at + 1]];
    found.push({ first: Math.min(a, b), last: Math.max(a, b) });
  }
  return found;
});

describe("assignLanes", () => {
  test("lets no two calls of one lane overlap, and uses no more lanes than calls in flight", () => {
    fc.assert(
      fc.property(spans, (some) => {
        const { within, width, depth } = assignLanes(30_001, some);
        const bars = within(0, 30_001);
        expect(bars).toHaveLength(some.length);
        for (const a of bars)
          for (const b of bars)
            expect(a === b || a.lane !== b.lane || a.last < b.first || b.last < a.first).toBe(true);
        expect(width).toBe(Math.max(0, ...depth));
      }),
      { numRuns: 40 },
    );
  });

  test("finds for any window just the bars that touch it, however long they are", () => {
    fc.assert(
      fc.property(spans, fc.nat(30_000), fc.integer({ min: 1, max: 700 }), (some, first, size) => {
        const found = assignLanes(30_001, some).within(first, first + size);
        const touching = some.filter((span) => span.first < first + size && span.last >= first);
        expect(found.map((bar) => bar.first).sort((a, b) => a - b)).toEqual(
          touching.map((span) => span.first).sort((a, b) => a - b),
        );
      }),
      { numRuns: 100 },
    );
  });

  test("draws a call that was never answered to the end", () => {
    expect(assignLanes(5, [{ first: 2, last: undefined }]).within(4, 5)).toEqual([
      { first: 2, last: 4, lane: 0 },
    ]);
  });
});
