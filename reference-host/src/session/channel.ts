import type { FrameClass } from "../bytes/frame-writer.js";

/** How a sandbox speaks with its host. */
export type Transport = "stdio" | "http";

/** The way back to the sandbox on one transport: all of stdin, or the response of one HTTP request. */
export interface Channel {
  readonly transport: Transport;
  /** As a frame writer's `send`: true when the frame was handed over, else `handed` is called once later. */
  send(json: string, kind: FrameClass, handed?: () => void): boolean;
  /** Whether so many responses wait that no accepted call may be started (`flow:responses:bounded`). */
  readonly congested: boolean;
}

/** One HTTP request that wants an answer: exactly one of `send`, `accept` and `reject` is called, once. */
export interface Exchange extends Channel {
  /** What came deserves no answer. */
  accept(): void;
  /** What came is no JSON object. */
  reject(json: string): void;
}
