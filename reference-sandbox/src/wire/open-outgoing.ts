import { constants, fstatSync, openSync } from "node:fs";

/** What this file uses of Bun. */
interface BunConnect {
  connect(options: { fd: number; allowHalfOpen: boolean; socket: object }): Promise<unknown>;
}

/**
 * Makes writes to a descriptor return EAGAIN where they would wait, so that the sandbox goes on reading while its own
 * writes wait (`flow:stdin:read-while-writing`). There is no fcntl here: a socket gets the flag by being wrapped, a
 * pipe by a second description of it. Returns the descriptor to write to; a file or terminal stays as it is.
 */
export function openOutgoing(descriptor: number, incoming: number): number {
  const stat = fstatSync(descriptor);
  if (stat.isFIFO()) {
    try {
      return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      return descriptor; // No /proc: writes wait, which a host that always reads never shows.
    }
  }
  if (!stat.isSocket()) return descriptor;
  // One socket for both directions gets the flag by the receiver; in Bun a second wrapper would take its bytes.
  if (fstatSync(incoming).ino === stat.ino) return descriptor;
  const bun = (globalThis as { Bun?: BunConnect }).Bun;
  if (bun === undefined) {
    const { Socket } = process.getBuiltinModule("node:net");
    keep.push(new Socket({ fd: descriptor, readable: false, writable: true }).unref());
  } else {
    const socket = {
      open: (opened: { unref(): void }) => opened.unref(),
      data() {},
      end() {},
      close() {},
      error() {},
    };
    keep.push(bun.connect({ fd: descriptor, allowHalfOpen: true, socket }));
  }
  return descriptor;
}

/** A wrapper that is collected would close the wire. */
const keep: unknown[] = [];
