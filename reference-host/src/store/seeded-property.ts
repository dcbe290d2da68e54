import { assert } from "fast-check";
import type { IAsyncProperty } from "fast-check";

/** Runs a property by a seed that is printed with a failure and can be given back in SANDPIPE_TEST_SEED. */
export async function holds<T>(property: IAsyncProperty<T>, numRuns: number): Promise<void> {
  const given = process.env["SANDPIPE_TEST_SEED"];
  await assert(property, { numRuns, ...(given !== undefined && { seed: Number(given) }) });
}

/** Bytes without a pattern, the same for the same seed (xorshift32). */
export function seededBytes(size: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed | 1;
  for (let n = 0; n < words.length; n += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[n] = state;
  }
  return Buffer.from(words.buffer, 0, size);
}
