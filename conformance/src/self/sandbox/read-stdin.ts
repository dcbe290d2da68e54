import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import type { ReadWire } from "./read-wire.js";

/** The wire's reading end, which doesn't keep the process alive until `hold(true)`. */
export interface WireReader {
  hold(keep: boolean): void;
  /** Keeps it from reading: only a fault does. */
  block(blocked: boolean): void;
}

export interface WireReaderParts {
  readonly fd: number;
  /** How long after the end a script that gives way to nothing is ended; absent: never. */
  readonly patienceMs?: number;
  chunk(bytes: Uint8Array): void;
  end(): void;
}

/** Reads the wire in a thread of its own, whatever kind of descriptor it is. */
export function openWireReader({ fd, patienceMs, chunk, end }: WireReaderParts): WireReader {
  const seen = new Int32Array(new SharedArrayBuffer(8));
  const workerData: ReadWire = { fd, seen, ...(patienceMs === undefined ? {} : { patienceMs }) };
  // What the script makes of process.stdout and its own arguments is none of this thread's business.
  const worker = new Worker(new URL("./read-wire.js", import.meta.url), { workerData, stdin: false });
  worker.on("message", (message: Uint8Array | "end") => {
    if (message !== "end") return chunk(message);
    Atomics.store(seen, 0, 1);
    end();
  });
  return {
    hold: (keep) => void (keep ? worker.ref() : worker.unref()),
    block(blocked) {
      Atomics.store(seen, 1, blocked ? 1 : 0);
      Atomics.notify(seen, 1);
    },
  };
}

/** Makes the wire's writing end non-blocking where it is a pipe or socket; the socket is kept and never used. */
export function makeNonBlocking(fd: number): Socket | undefined {
  const status = fstatSync(fd);
  if (!status.isFIFO() && !status.isSocket()) return undefined;
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.unref();
  return socket;
}
