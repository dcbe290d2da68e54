import { BEAT_MS, CELL, CELLS, type Watched } from "./watched.js";

/** Ends the process after the end of stdin though the main thread is in a loop that gives way to nothing. */
export interface Watchdog {
  /** From here on the end of stdin is the host's. */
  arm(graceMs: number): void;
  /** The last frames are sent before it returns: as long as that takes, the process lives. */
  during(flush: () => void): void;
}

/** What a watchdog needs. */
export interface WatchdogParts {
  readonly descriptor: number;
  readonly exitCode: number;
}

/** The part of the grace that a standing main thread has to come back and end by itself. */
const SHARE = 0.5;
/** For native code of the watchdog to come to its end. */
const NATIVE_MS = 1_000;

/** What this file uses of Bun's web worker. */
interface WebWorker {
  postMessage(message: unknown, transfer: readonly unknown[]): void;
  unref(): void;
}
type WebWorkerClass = new (url: string, options: { readonly smol: boolean }) => WebWorker;

/** Starts the thread; it keeps nothing alive. */
export function startWatchdog(parts: WatchdogParts): Watchdog {
  const cells = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
  startThread({ ...parts, cells });
  setInterval(() => Atomics.add(cells, CELL.beat, 1), BEAT_MS).unref();
  process.on("exit", () => {
    Atomics.store(cells, CELL.ended, 1);
    Atomics.notify(cells, CELL.ended);
    Atomics.wait(cells, CELL.native, 1, NATIVE_MS);
  });
  return {
    arm: (graceMs) => void Atomics.store(cells, CELL.patienceMs, Math.max(1, Math.floor(graceMs * SHARE))),
    during(flush) {
      Atomics.store(cells, CELL.flushing, 1);
      flush();
      Atomics.store(cells, CELL.flushing, 0);
    },
  };
}

function startThread(watched: Watched): void {
  const file = new URL("./watchdog.js", import.meta.url);
  if ("Bun" in globalThis) {
    const { Worker } = globalThis as unknown as { readonly Worker: WebWorkerClass };
    const worker = new Worker(file.href, { smol: true });
    worker.postMessage(watched, []);
    worker.unref();
    return;
  }
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(file, { workerData: watched, execArgv: [], stdout: true, stderr: true });
  worker.unref();
}
