import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** One answer that is owed to a client, until the system has taken it or it can't be delivered any more. */
export interface Delivery {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Whether the client is gone. */
  readonly gone: boolean;
  /** Calls back once, later: the answer was taken, or the client is gone. */
  settled(callback: () => void): void;
}

/** The answers that are owed on each connection. */
export interface Deliveries {
  begin(req: IncomingMessage, res: ServerResponse): Delivery;
  /** In the order of their requests. */
  owed(socket: Socket): readonly Delivery[];
  /** Settles when none is owed on any connection. */
  drained(): Promise<void>;
}

/**
 * Creates the books of a server. Node tells a response that its client has gone only when its turn on the
 * connection has come: of pipelined requests the others would wait for ever.
 */
export function createDeliveries(): Deliveries {
  let count = 0;
  let waiting: (() => void)[] = [];
  const open = new WeakMap<Socket, Map<Delivery, () => void>>();

  const watch = (socket: Socket): Map<Delivery, () => void> => {
    const all = new Map<Delivery, () => void>();
    open.set(socket, all);
    socket.once("close", () => {
      for (const settle of [...all.values()]) settle();
    });
    return all;
  };

  return {
    begin(req, res) {
      const { socket } = req;
      const all = open.get(socket) ?? watch(socket);
      const callbacks: (() => void)[] = [];
      const delivery: Delivery = {
        req,
        res,
        get gone() {
          return socket.destroyed || res.destroyed;
        },
        settled: (callback) => void callbacks.push(callback),
      };
      const settle = (): void => {
        if (!all.delete(delivery)) return;
        count--;
        for (const callback of callbacks.splice(0)) callback();
        if (count > 0) return;
        for (const settled of waiting) settled();
        waiting = [];
      };
      all.set(delivery, settle);
      count++;
      res.once("close", settle);
      // A client that goes in the middle of an answer is no fault of this program.
      res.on("error", () => undefined);
      return delivery;
    },
    drained: () => new Promise((resolve) => (count === 0 ? resolve() : waiting.push(resolve))),
    owed: (socket) => [...(open.get(socket)?.keys() ?? [])],
  };
}
