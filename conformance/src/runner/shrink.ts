import * as fc from "fast-check";
import { encodeCase } from "./case-codec.js";

/** Where shrinking ended. */
export interface Shrunk {
  readonly given: unknown;
  /** As fast-check writes it; "0" is the case itself. */
  readonly path: string;
  /** Whether nothing smaller fails; false when time ran out. */
  readonly minimal: boolean;
}

/** How a shrink is bounded. */
export interface ShrinkBudget {
  readonly budgetMs: number;
  /** Candidates that are tried at once. */
  readonly width: number;
  readonly now: () => number;
}

/** The case of a seed, made without running anything. */
export function makeCase(given: fc.Arbitrary<unknown>, seed: number, path = "0"): unknown {
  return fc.sample(given, { seed, path, numRuns: 1 })[0];
}

/**
 * Looks for the smallest failing case below that of a seed, which fails. Sessions are slow and mostly wait, so several
 * candidates run at once; of those that fail the smallest is gone on from.
 */
export async function shrinkCase(
  given: fc.Arbitrary<unknown>,
  seed: number,
  { budgetMs, width, now }: ShrinkBudget,
  fails: (given: unknown) => Promise<boolean>,
): Promise<Shrunk> {
  const until = now() + budgetMs;
  const isOver = (): boolean => now() >= until;
  let at = rootOf(given, seed);
  let path = "0";
  for (;;) {
    const candidates = given.shrink(at.value, at.context);
    const smaller = await firstFailing(candidates, width, isOver, fails);
    if (smaller === undefined) return { given: at.value, path, minimal: !isOver() };
    at = smaller.value;
    path += `:${smaller.index}`;
  }
}

/** The case of a seed with what fast-check needs to shrink it. */
function rootOf(given: fc.Arbitrary<unknown>, seed: number): fc.Value<unknown> {
  const capture = new Capture(given);
  makeCase(capture, seed);
  if (!capture.made) throw new Error("fast-check made no case");
  return capture.made;
}

class Capture extends fc.Arbitrary<unknown> {
  made: fc.Value<unknown> | undefined;
  readonly inner: fc.Arbitrary<unknown>;
  constructor(inner: fc.Arbitrary<unknown>) {
    super();
    this.inner = inner;
  }
  override generate(random: fc.Random, bias: number | undefined): fc.Value<unknown> {
    this.made = this.inner.generate(random, bias);
    return this.made;
  }
  override canShrinkWithoutContext(value: unknown): value is unknown {
    return this.inner.canShrinkWithoutContext(value);
  }
  override shrink(value: unknown, context: unknown): fc.Stream<fc.Value<unknown>> {
    return this.inner.shrink(value, context);
  }
}

/** So many candidates are looked at before one is run: the stream begins with tiny steps in the first member. */
const WINDOW = 1_024;

/** A failing candidate, of each window the smallest; undefined when none fails, or when time is over before. */
async function firstFailing(
  candidates: Iterable<fc.Value<unknown>>,
  width: number,
  isOver: () => boolean,
  fails: (given: unknown) => Promise<boolean>,
): Promise<Candidate | undefined> {
  const iterator = candidates[Symbol.iterator]();
  for (let index = 0; ;) {
    const window: Candidate[] = [];
    for (; window.length < WINDOW; index++) {
      const next = iterator.next();
      if (next.done === true) break;
      window.push({ value: next.value, index, size: sizeOf(next.value.value) });
    }
    if (window.length === 0) return undefined;
    window.sort((a, b) => a.size - b.size || a.index - b.index);
    for (let from = 0; from < window.length; from += width) {
      if (isOver()) return undefined;
      const batch = window.slice(from, from + width);
      const failed = await Promise.all(batch.map(({ value }) => fails(value.value)));
      const first = batch[failed.indexOf(true)];
      if (first) return first;
    }
  }
}

interface Candidate {
  readonly value: fc.Value<unknown>;
  /** Its place in fast-check's stream. */
  readonly index: number;
  readonly size: number;
}

const sizeOf = (value: unknown): number => JSON.stringify(encodeCase(value)).length;
