import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { drain } from "./drain.js";

const GRACE_MS = 1_000;

/** A clock that stands until it is moved. */
function standingClock() {
  let now = 0;
  const timers = new Map<object, { at: number; work: () => void }>();
  return {
    now: () => now,
    after(ms: number, work: () => void) {
      const key = {};
      timers.set(key, { at: now + ms, work });
      return () => void timers.delete(key);
    },
    move(ms: number) {
      now += ms;
      for (const [key, { at, work }] of timers) {
        if (at > now) continue;
        timers.delete(key);
        work();
      }
    },
  };
}

function draining() {
  const clock = standingClock();
  const stream = new PassThrough().resume();
  let over = false;
  void drain([stream], GRACE_MS, clock).then(() => (over = true));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    async write(bytes: number) {
      stream.write(Buffer.alloc(bytes));
      await settle();
    },
    async end() {
      stream.end();
      await settle();
    },
    async isOver() {
      await settle();
      return over;
    },
  };
}

test("the end of the stream is waited for while its bytes come without a pause, however long it takes", async () => {
  const { clock, write, end, isOver } = draining();
  for (let at = 0; at < 40; at++) {
    clock.move(GRACE_MS / 20);
    await write(65_536);
  }
  expect(await isOver()).toBe(false);
  await end();
  expect(await isOver()).toBe(true);
});

test("a silence of graceMs ends it: somebody holds the pipe", async () => {
  const { clock, write, isOver } = draining();
  await write(10);
  clock.move(GRACE_MS - 1);
  expect(await isOver()).toBe(false);
  clock.move(1);
  expect(await isOver()).toBe(true);
});

test.each([2, 50, GRACE_MS / 5])(
  "a stranger who writes every %d ms is not waited for beyond graceMs",
  async (everyMs) => {
    const { clock, write, isOver } = draining();
    for (let at = 0; at < GRACE_MS / everyMs; at++) {
      clock.move(everyMs);
      await write(1);
    }
    expect(await isOver()).toBe(false);
    clock.move(everyMs);
    await write(1);
    clock.move(1);
    expect(await isOver()).toBe(true);
  },
);

test("nor is one who never pauses, once more has come than pipes can hold", async () => {
  const { clock, write, isOver } = draining();
  for (let at = 0; at < 30; at++) {
    await write(262_144);
    clock.move(GRACE_MS / 20);
  }
  expect(await isOver()).toBe(true);
});
