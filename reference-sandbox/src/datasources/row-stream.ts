import { rowBuilder, type Column, type Row } from "../values/index.js";
import { scriptError, type CallSite } from "./failure.js";
import type { Batch, Run } from "./run.js";

/** Rows as they come, in bounded memory; `columns` tells their forms once the first row is there or the end is known. */
export interface RowStream extends AsyncIterableIterator<Row, undefined, undefined> {
  readonly columns: readonly Column[];
  /** Stops the query on the server; leaving a `for await` early does the same. */
  return(): Promise<IteratorResult<Row, undefined>>;
}

/** Gives the rows of a run one by one. `next` may be called ahead: answers keep their order. */
export function createRowStream(run: Run, site: CallSite): RowStream {
  let batch: Batch = [];
  let index = 0;
  let build: ((values: readonly unknown[]) => Row) | undefined;
  let reading: Promise<unknown> | undefined;

  const take = (): IteratorResult<Row, undefined> | undefined => {
    const values = batch[index];
    if (values === undefined) return undefined;
    index += 1;
    build ??= rowBuilder(run.columns.map((column) => column.name));
    return { done: false, value: build(values) };
  };
  const readOn = async (): Promise<IteratorResult<Row, undefined>> => {
    for (;;) {
      const row = take();
      if (row !== undefined) return row;
      const next = await run.read().catch((error: unknown) => {
        throw scriptError(error, site);
      });
      if (next === undefined) return { done: true, value: undefined };
      batch = next;
      index = 0;
    }
  };

  return {
    get columns() {
      return run.columns;
    },
    next() {
      if (reading === undefined) {
        const row = take();
        if (row !== undefined) return Promise.resolve(row);
      }
      const answer: Promise<IteratorResult<Row, undefined>> =
        reading === undefined ? readOn() : reading.then(readOn, readOn);
      const settled: Promise<void> = answer.then(clear, clear);
      function clear(): void {
        if (reading === settled) reading = undefined;
      }
      reading = settled;
      return answer;
    },
    async return() {
      batch = [];
      run.stop();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
