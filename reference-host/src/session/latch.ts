import type { Transport } from "./channel.js";

/** Which transport a session speaks: chosen by its open, changed at most once. */
export interface Latch {
  /** Undefined before the open. */
  readonly transport: Transport | undefined;
  /** Whether a `session.open` that came on this transport may be accepted. */
  mayOpen(transport: Transport): boolean;
  /** An open was accepted there. */
  open(transport: Transport): void;
  /** A request other than the open was accepted: the transport stands. */
  use(): void;
}

/**
 * Creates the latch of a session. The second leg of a fallback may open anew over HTTP what was opened on stdio,
 * where the answer came too late, but only while nothing was executed for stdio (`http:open:latches`,
 * `http:open:after-stdio-use`).
 */
export function createLatch(): Latch {
  let current: Transport | undefined;
  let used = false;
  return {
    get transport() {
      return current;
    },
    mayOpen: (transport) => current === undefined || (current === "stdio" && transport === "http" && !used),
    open: (transport) => void (current = transport),
    use: () => void (used = true),
  };
}
