import { createReadStream, fstatSync } from "node:fs";
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/** What the thread that reads the wire is told at its start. */
export interface ReadWire {
  readonly fd: number;
  /** Two cells: not zero when the script's thread has seen the end; 1 while a fault keeps this one from reading. */
  readonly seen: Int32Array;
  /** How long a script that gives way to nothing may go on after the end; without it, for ever. */
  readonly patienceMs?: number;
}

/**
 * The thread that reads the wire: a script in a synchronous loop never sees the end of stdin, so somebody else must
 * (`life:eof:busy-loop`). Chunks go to the script's thread as they come.
 */
const { fd, seen, patienceMs } = workerData as ReadWire;
const status = fstatSync(fd);
const stream =
  status.isFIFO() || status.isSocket()
    ? new Socket({ fd, readable: true, writable: false })
    : // Threads close only what they have opened.
      createReadStream("", { fd, autoClose: false });
stream.on("data", (chunk: string | Buffer) => {
  parentPort?.postMessage(Uint8Array.from(chunk as Buffer), []);
  Atomics.wait(seen, 1, 1);
});
stream.on("error", () => {});
stream.once(stream instanceof Socket ? "close" : "end", () => {
  parentPort?.postMessage("end", []);
  if (patienceMs === undefined) return;
  setTimeout(() => {
    if (Atomics.load(seen, 0) === 0) process.kill(process.pid, "SIGKILL");
  }, patienceMs);
});
