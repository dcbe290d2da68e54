import type { Exchange } from "../session/channel.js";

/** An exchange whose answer, when it comes early, waits for `release`; one that comes later goes out at once. */
export function holdAnswer(exchange: Exchange): { readonly exchange: Exchange; release(): void } {
  let released = false;
  let waiting: (() => void) | undefined;
  const answer = (send: () => void): void => {
    if (released) send();
    else waiting = send;
  };
  return {
    exchange: {
      transport: exchange.transport,
      get congested() {
        return exchange.congested;
      },
      send(json, kind, handed) {
        if (released) return exchange.send(json, kind, handed);
        answer(() => {
          if (exchange.send(json, kind, handed)) handed?.();
        });
        return false;
      },
      accept: () => answer(() => exchange.accept()),
      reject: (json) => answer(() => exchange.reject(json)),
    },
    release() {
      released = true;
      waiting?.();
    },
  };
}
