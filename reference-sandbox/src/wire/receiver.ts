import { closeSync, constants, fstatSync, openSync, read, readSync } from "node:fs";

/** The incoming half of the wire. */
export interface Receiver {
  /** While held, waiting for bytes keeps the process alive; else the loop may run dry (UnsettledScript needs that). */
  hold(alive: boolean): void;
}

/** Where what was read goes. */
export interface ReceiverParts {
  readonly descriptor: number;
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Called once, at the end of the stream or when it breaks. */
  readonly onEnd: () => void;
}

const READ_BYTES = 256 * 1024;
const IDLE_POLL_MS = 20;
/** Between a call's end and the moment when nothing of ours keeps the loop alive: spares a change per call. */
const RELEASE_MS = 30;

/** What this file uses of Bun. */
interface BunConnect {
  connect(options: {
    fd: number;
    allowHalfOpen: boolean;
    socket: {
      open(socket: BunSocket): void;
      data(socket: BunSocket, bytes: Uint8Array): void;
      end(socket: BunSocket): void;
      close(): void;
      error(): void;
    };
  }): Promise<unknown>;
}
interface BunSocket {
  ref(): void;
  unref(): void;
}

/** Starts reading in the way that works for what the descriptor is, in the runtime that this is. */
export function createReceiver(parts: ReceiverParts): Receiver {
  let ended = false;
  const once: ReceiverParts = {
    ...parts,
    onEnd() {
      if (ended) return;
      ended = true;
      parts.onEnd();
    },
  };
  const stat = fstatSync(parts.descriptor);
  const bun = (globalThis as { Bun?: BunConnect }).Bun;
  // Bun.connect on a pipe fails without a word and the process exits 0: only ever on a socket.
  if (bun !== undefined && stat.isSocket()) return receiveFromBunSocket(bun, once);
  if (bun === undefined && (stat.isSocket() || stat.isFIFO())) return receiveFromNodeSocket(once);
  return receiveByReads(once, stat.isFIFO());
}

function receiveFromBunSocket(bun: BunConnect, { descriptor, onBytes, onEnd }: ReceiverParts): Receiver {
  let socket: BunSocket | undefined;
  void bun.connect({
    fd: descriptor,
    allowHalfOpen: true,
    socket: {
      open: (opened) => void (socket = opened),
      data: (_, bytes) => onBytes(bytes),
      end: onEnd,
      close: onEnd,
      error: onEnd,
    },
  });
  return { hold: holdLazily({ ref: () => socket?.ref(), unref: () => socket?.unref() }) };
}

function receiveFromNodeSocket({ descriptor, onBytes, onEnd }: ReceiverParts): Receiver {
  // @types/node leaves out that Socket's own constructor takes onread, as net.connect does.
  const options = {
    fd: descriptor,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback: (length: number, buffer: Uint8Array) => {
        onBytes(buffer.subarray(0, length));
        return true;
      },
    },
  };
  // Loaded here: in Bun, which never comes here, the module alone costs as much as the rest of the start.
  const { Socket } = process.getBuiltinModule("node:net");
  const socket = new Socket(options);
  socket.on("end", onEnd);
  socket.on("close", onEnd);
  socket.on("error", onEnd);
  return { hold: holdLazily(socket) };
}

/** Lets go only when nothing has been held for a while; taking hold again is at once. */
function holdLazily(socket: { ref(): unknown; unref(): unknown }): Receiver["hold"] {
  let wanted = true;
  let held = true;
  let checking = false;
  return (alive) => {
    wanted = alive;
    if (alive === held) return;
    if (alive) {
      held = true;
      socket.ref();
    } else if (!checking) {
      checking = true;
      setTimeout(() => {
        checking = false;
        if (wanted) return;
        held = false;
        socket.unref();
      }, RELEASE_MS);
    }
  };
}

/**
 * Bun on a pipe: no stream there can be unreferenced, so a read is outstanding only while held. In between a second,
 * non-blocking description of the same pipe is looked at now and then by a timer that keeps nothing alive.
 */
function receiveByReads({ descriptor, onBytes, onEnd }: ReceiverParts, isPipe: boolean): Receiver {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  let alive = true;
  let reading = false;
  let ended = false;

  const take = (length: number): void => {
    if (length > 0) onBytes(buffer.subarray(0, length));
    else {
      ended = true;
      onEnd();
    }
  };
  const next = (): void => {
    if (reading || ended || !alive) return;
    reading = true;
    read(descriptor, buffer, 0, READ_BYTES, null, (error, length) => {
      reading = false;
      if (error?.code === "EAGAIN") setTimeout(next, 1);
      else {
        take(error === null ? length : 0);
        next();
      }
    });
  };

  const nonBlocking = isPipe ? openNonBlocking(descriptor) : undefined;
  if (nonBlocking !== undefined) {
    const poll = setInterval(() => {
      if (reading) return;
      try {
        take(readSync(nonBlocking, buffer));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") take(0);
      }
      if (!ended) return;
      clearInterval(poll);
      closeSync(nonBlocking);
    }, IDLE_POLL_MS);
    poll.unref();
  }
  next();
  return {
    hold(wanted) {
      alive = wanted;
      next();
    },
  };
}

function openNonBlocking(descriptor: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined; // No /proc: a close that comes while the script is busy elsewhere is then seen late.
  }
}
