import { createReadStream, fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";

/** A stream of a descriptor that doesn't keep the process alive until `hold(true)`. */
export interface WireReader {
  readonly stream: Readable;
  hold(keep: boolean): void;
}

/** Opens the wire's reading end, whatever kind of descriptor it is. */
export function openWireReader(fd: number): WireReader {
  const status = fstatSync(fd);
  if (status.isFIFO() || status.isSocket()) {
    const socket = new Socket({ fd, readable: true, writable: false });
    return { stream: socket, hold: (keep) => void (keep ? socket.ref() : socket.unref()) };
  }
  return { stream: createReadStream("", { fd }), hold: () => {} };
}

/** Makes the wire's writing end non-blocking where it is a pipe or socket; the socket is kept and never used. */
export function makeNonBlocking(fd: number): Socket | undefined {
  const status = fstatSync(fd);
  if (!status.isFIFO() && !status.isSocket()) return undefined;
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.unref();
  return socket;
}
