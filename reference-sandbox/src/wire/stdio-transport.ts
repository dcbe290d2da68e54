import type { Transport, TransportEvents } from "../session/transport.js";
import { createDecoder } from "./decode.js";
import { openOutgoing } from "./open-outgoing.js";
import { createReceiver } from "./receiver.js";
import { createFrameWriter } from "./writer.js";

/** Where the launcher put the wire, away from what the script and its children print to. */
export const OUT_DESCRIPTOR = 3;
export const IN_DESCRIPTOR = 4;

/** For the answer of `session.open`, before the host has told its limit (`limit:receive:open-answer`). */
const UNOPENED_MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** Opens the wire on descriptors 3 and 4: RFC 7464 records in both directions. */
export function createStdioTransport(events: TransportEvents): Transport {
  let lost = false;
  const lose = (reason: string): void => {
    if (lost) return;
    lost = true;
    events.onLost(reason);
  };
  const writer = createFrameWriter({
    descriptor: openOutgoing(OUT_DESCRIPTOR, IN_DESCRIPTOR),
    // Never inside the caller's stack: a print must not run the script's own handlers.
    onBroken: (error) => void setImmediate(() => lose(`the host no longer reads (${error.message})`)),
  });
  const decoder = createDecoder(UNOPENED_MAX_FRAME_BYTES);
  const receiver = createReceiver({
    descriptor: IN_DESCRIPTOR,
    onBytes(bytes) {
      for (const frame of decoder.push(bytes)) events.onFrame(frame);
    },
    onEnd: () => lose("the host has closed the pipe"),
  });
  return {
    name: "stdio",
    send: (json) => writer.write(`\x1e${json}\n`),
    hold: (alive) => receiver.hold(alive),
    flushSync: (maxMs) => writer.flushSync(maxMs),
    setSynchronous: (maxMs) => writer.setSynchronous(maxMs),
    setMaxFrameBytes: (bytes) => decoder.setMaxFrameBytes(bytes),
  };
}
