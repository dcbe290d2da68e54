/** The one way to the host; chosen once, at start. The session knows nothing else of pipes or HTTP. */
export interface Transport {
  readonly name: "stdio" | "http";
  /** Hands over one frame's JSON text, in order, whole. */
  send(json: string, kind: "request" | "notification"): void;
  /** While held, waiting for the host keeps the process alive. */
  hold(alive: boolean): void;
  /** Sends all that waits before it returns; gives up after `maxMs` in which the host took nothing. */
  flushSync(maxMs: number): void;
  /** From here on everything leaves before `send` returns, as `flushSync`: the process is about to end. */
  setSynchronous(maxMs: number): void;
  setMaxFrameBytes(bytes: number): void;
}

/** What a transport tells the session. */
export interface TransportEvents {
  onFrame(frame: { readonly [member: string]: unknown }): void;
  /** The way to the host is gone; called once. */
  onLost(reason: string): void;
}
