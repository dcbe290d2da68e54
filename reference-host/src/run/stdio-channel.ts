import type { Readable, Writable } from "node:stream";
import type { Limits } from "@sandpipe/spec/v1";
import { REFUSAL_BACKLOG_BYTES, RESPONSE_BACKLOG_BYTES } from "@sandpipe/spec/v1";
import { createFrameWriter } from "../bytes/frame-writer.js";
import type { FrameWriter } from "../bytes/frame-writer.js";
import type { Channel } from "../session/channel.js";
import type { Observer } from "../session/observer.js";

/** The channel of one child's stdin. */
export interface StdioChannel extends Channel {
  /** Sends the end of stdin behind what waits. */
  end(): void;
  /** Nobody reads any more: drops what waits. */
  abandon(): void;
  /** Stops reading this stream while too many refusals wait, and only then (`flow:prints:always-drain`). */
  throttle(stdout: Readable): void;
}

/** Creates the channel. `room` is called whenever less waits than before; `around` is the frame writer's. */
export function createStdioChannel(
  stdin: Writable,
  limits: Limits,
  observer: Observer,
  room: () => void,
  around?: (json: string) => string,
): StdioChannel {
  const most = limits.maxFrameBytes + RESPONSE_BACKLOG_BYTES;
  let throttled: Readable | undefined;
  const onDrained = (): void => {
    if (throttled && writer.waiting.refusal <= REFUSAL_BACKLOG_BYTES) {
      const stream = throttled;
      throttled = undefined;
      stream.resume();
    }
    room();
  };
  const writer: FrameWriter = createFrameWriter(
    stdin,
    onDrained,
    observer.bytes && ((count) => observer.bytes?.("to-sandbox", count)),
    around,
  );
  return {
    transport: "stdio",
    send(json, kind, handed) {
      observer.frame?.("to-sandbox", json, "stdio");
      return writer.send(json, kind, handed);
    },
    get congested() {
      // Nobody will get the answer either way: calls that waited for room are never started.
      return writer.broken || writer.waiting.response > most;
    },
    end: () => writer.end(),
    abandon: () => writer.abandon(),
    throttle(stdout) {
      // `flow:refusals:bounded`
      if (throttled || writer.waiting.refusal <= REFUSAL_BACKLOG_BYTES) return;
      throttled = stdout;
      stdout.pause();
    },
  };
}
