/**
 * Ways to cut a stream into reads, as ascending offsets: whole, byte by byte, in two at every place, in pieces of
 * two and three and seven. A stream longer than `dense` bytes is cut at its ends and at places spread over it.
 */
export function chunkings(length: number, dense = 300): number[][] {
  const every = (step: number): number[] =>
    Array.from({ length: Math.max(0, Math.ceil(length / step) - 1) }, (_, index) => (index + 1) * step);
  const places =
    length <= dense
      ? every(1)
      : [...every(1).slice(0, 40), ...every(Math.ceil(length / 40)), ...every(1).slice(-40)];
  const steps = length <= 20_000 ? [1, 2, 3, 7] : [4_096, 65_536];
  return [[], ...places.map((place) => [place]), ...steps.map(every)];
}

/** The pieces between the cuts. */
export function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  return [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
}
