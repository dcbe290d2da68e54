/** A call in flight, as a bar beside the rows from its request to its answer. */
export interface Bar {
  /** Row of its request. */
  readonly first: number;
  /** Row of its answer, or of the trace's end where there was none. */
  readonly last: number;
  /** From 0, leftmost. */
  readonly lane: number;
}

/** The bars of a list of rows, quick to ask for a part of it. */
export interface Lanes {
  /** Bars that touch the rows from `first` up to, not including, `end`. */
  within(first: number, end: number): readonly Bar[];
  /** By row: calls in flight there. */
  readonly depth: Uint32Array;
  /** Bars that lie beside one another at most. */
  readonly width: number;
}

const STRIDE = 512;
/** Bars that reach over more buckets are kept once, and looked through each time. */
const MOST_BUCKETS = 16;

/** Gives each call the leftmost lane that is free; `spans` by their first row, a span without end reaches the last row. */
export function assignLanes(
  rows: number,
  spans: readonly { readonly first: number; readonly last: number | undefined }[],
): Lanes {
  const starting = new Map<number, { readonly last: number }>();
  for (const { first, last } of spans) starting.set(first, { last: last ?? rows - 1 });
  const buckets: Bar[][] = Array.from({ length: Math.ceil(rows / STRIDE) }, () => []);
  const long: Bar[] = [];
  const depth = new Uint32Array(rows);
  const ends = new Map<number, number[]>();
  const free: number[] = [];
  let width = 0;
  let inFlight = 0;
  for (let row = 0; row < rows; row++) {
    const span = starting.get(row);
    if (span !== undefined) {
      const lane = free.length > 0 ? takeLeast(free) : width++;
      const bar: Bar = { first: row, last: span.last, lane };
      const [begin, until] = [Math.floor(row / STRIDE), Math.floor(span.last / STRIDE)];
      if (until - begin > MOST_BUCKETS) long.push(bar);
      else for (let at = begin; at <= until; at++) buckets[at]?.push(bar);
      const ending = ends.get(span.last);
      if (ending === undefined) ends.set(span.last, [lane]);
      else ending.push(lane);
      inFlight++;
    }
    depth[row] = inFlight;
    const ended = ends.get(row) ?? [];
    inFlight -= ended.length;
    free.push(...ended);
    ends.delete(row);
  }
  return {
    depth,
    width,
    within(first, end) {
      const touches = (bar: Bar): boolean => bar.first < end && bar.last >= first;
      const found = new Set(long.filter(touches));
      for (let at = Math.floor(first / STRIDE); at * STRIDE < end; at++)
        for (const bar of buckets[at] ?? []) if (touches(bar)) found.add(bar);
      return [...found];
    },
  };
}

function takeLeast(lanes: number[]): number {
  let least = 0;
  for (let at = 1; at < lanes.length; at++) if ((lanes[at] ?? 0) < (lanes[least] ?? 0)) least = at;
  const [lane = 0] = lanes.splice(least, 1);
  return lane;
}
