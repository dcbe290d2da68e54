/**
 * The thread of the watchdog. It sleeps as long as the main thread's loop turns: that one sees the end of stdin itself.
 * When it stands still, by a loop that gives way to nothing, the watchdog looks whether the host has gone, and then ends
 * the process (`life:eof:busy-loop`). On a system where it can't look there is none.
 */
import { openLibc, type Libc } from "./libc.js";
import { BEAT_MS, CELL, type Watched } from "./watched.js";

/** What this file uses of a web worker, which Bun starts ten times faster than one of node:worker_threads. */
interface WebWorker {
  addEventListener(type: "message", listener: (event: { readonly data: Watched }) => void): void;
}

const PERIOD_MS = BEAT_MS / 2;
/** Without a beat for so long the main thread stands still. */
const STILL_MS = 2 * BEAT_MS;

async function watch({ cells, descriptor, exitCode }: Watched): Promise<void> {
  let libc: Libc | undefined;
  let beat = 0;
  let stillMs = 0;
  let goneMs = 0;
  const isGone = async (): Promise<boolean> => {
    Atomics.store(cells, CELL.native, 1);
    try {
      if (Atomics.load(cells, CELL.ended) !== 0) return false;
      libc ??= await openLibc(descriptor);
      return libc.isHungUp();
    } finally {
      Atomics.store(cells, CELL.native, 0);
      Atomics.notify(cells, CELL.native);
    }
  };
  while (Atomics.wait(cells, CELL.ended, 0, PERIOD_MS) === "timed-out") {
    const before = beat;
    beat = Atomics.load(cells, CELL.beat);
    stillMs = beat === before ? stillMs + PERIOD_MS : 0;
    const patienceMs = Atomics.load(cells, CELL.patienceMs);
    const isStill = stillMs >= STILL_MS && patienceMs > 0 && Atomics.load(cells, CELL.flushing) === 0;
    goneMs = isStill && (await isGone()) ? goneMs + PERIOD_MS : 0;
    if (libc === undefined || goneMs <= patienceMs) continue;
    libc.say("sandpipe-sandbox: the host has gone, and the script gives way to nothing: ended\n");
    libc.exit(exitCode);
  }
}

const watchUntilItFails = (watched: Watched): void => void watch(watched).catch(() => undefined);
if ("Bun" in globalThis)
  (globalThis as unknown as WebWorker).addEventListener("message", ({ data }) => watchUntilItFails(data));
else watchUntilItFails(process.getBuiltinModule("node:worker_threads").workerData as Watched);
