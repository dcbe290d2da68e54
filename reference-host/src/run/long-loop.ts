/**
 * How often a long loop goes round: few times in every test run, as often as the project promises where
 * SANDPIPE_LONG_TESTS is set.
 */
export function rounds(few: number, promised: number): number {
  return process.env["SANDPIPE_LONG_TESTS"] === undefined ? few : promised;
}

/** Numbers from 0 to 1 that SANDPIPE_TEST_SEED brings back; the seed is printed. */
export function seededRandom(what: string): () => number {
  const given = process.env["SANDPIPE_TEST_SEED"];
  let state = given === undefined ? Math.trunc(Math.random() * 2 ** 32) : Number(given);
  console.log(`${what}: SANDPIPE_TEST_SEED=${state}`);
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
