import type { FrameClass } from "../bytes/frame-writer.js";

/** The way back to the sandbox on one transport. */
export interface Channel {
  /** As a frame writer's `send`: true when the frame was handed over, else `handed` is called once later. */
  send(json: string, kind: FrameClass, handed?: () => void): boolean;
  /** Whether so many responses wait that no accepted call may be started (`flow:responses:bounded`). */
  readonly congested: boolean;
}
