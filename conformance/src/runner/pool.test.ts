import { expect, test } from "vitest";
import { createPool, type Urgency } from "./pool.js";

/** Puts work to a pool; each piece runs until it is told to end. */
function workOn(width: number) {
  const pool = createPool(width);
  const running = new Map<string, () => void>();
  return {
    ask(name: string, urgency?: Urgency) {
      void pool.run(() => new Promise<void>((end) => running.set(name, end)), urgency);
    },
    async end(name: string) {
      await settled();
      running.get(name)?.();
      running.delete(name);
      await settled();
    },
    async running() {
      await settled();
      return [...running.keys()];
    },
  };
}

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

test("no more runs at once than there are places; who waits longest is next", async () => {
  const work = workOn(2);
  for (const name of ["a", "b", "c", "d"]) work.ask(name);
  expect(await work.running()).toEqual(["a", "b"]);
  await work.end("b");
  expect(await work.running()).toEqual(["a", "c"]);
});

test("urgent work goes before what waits", async () => {
  const work = workOn(1);
  for (const name of ["a", "b"]) work.ask(name);
  work.ask("urgent", "urgent");
  await work.end("a");
  expect(await work.running()).toEqual(["urgent"]);
});

test("dear work begins at once in half of the places, however much was asked for before it", async () => {
  const work = workOn(4);
  for (const name of ["a", "b", "c", "d", "e"]) work.ask(name);
  for (const name of ["dear 1", "dear 2", "dear 3"]) work.ask(name, "dear");
  for (const name of ["a", "b", "c"]) await work.end(name);
  expect(await work.running()).toEqual(["d", "dear 1", "dear 2", "e"]);
});

test("dear work has all places where nothing else waits", async () => {
  const work = workOn(2);
  for (const name of ["dear 1", "dear 2", "dear 3"]) work.ask(name, "dear");
  expect(await work.running()).toEqual(["dear 1", "dear 2"]);
});

test("a single place goes to dear work last", async () => {
  const work = workOn(1);
  work.ask("a");
  work.ask("dear", "dear");
  work.ask("b");
  await work.end("a");
  expect(await work.running()).toEqual(["b"]);
  await work.end("b");
  expect(await work.running()).toEqual(["dear"]);
});
