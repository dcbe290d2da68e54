import type { Capture, Stream } from "../capture/capture.js";
import type { Transport, TransportEvents } from "../session/transport.js";
import { openOutgoing } from "../wire/open-outgoing.js";
import { createReceiver } from "../wire/receiver.js";
import { IN_DESCRIPTOR, OUT_DESCRIPTOR } from "../wire/stdio-transport.js";
import { createFrameWriter, type FrameWriter } from "../wire/writer.js";
import { createBareLineDecoder } from "./bare-lines.js";

/** Stdout of version 0: prints, requests and the result share it. */
export interface LineOutput {
  print: Capture["print"];
  /** A whole line of our own: never behind half a line of the script's, which would make it a print. */
  writeLine(json: string): void;
  flushSync(maxMs: number): void;
  setSynchronous(maxMs: number): void;
}

const STDERR_DESCRIPTOR = 2;

/** Opens both output streams. */
export function createLineOutput(onBroken: (error: Error) => void): LineOutput {
  const writers: Record<Stream, FrameWriter> = {
    stdout: createFrameWriter({ descriptor: openOutgoing(OUT_DESCRIPTOR, IN_DESCRIPTOR), onBroken }),
    // The runtime's own too: never made non-blocking here.
    stderr: createFrameWriter({ descriptor: STDERR_DESCRIPTOR, onBroken: () => {} }),
  };
  writers.stderr.setSynchronous(Infinity);
  let atLineStart = true;
  return {
    print(stream, chunk) {
      if (chunk.length === 0) return;
      if (stream === "stdout") atLineStart = chunk.at(-1) === "\n" || chunk.at(-1) === 0x0a;
      if (typeof chunk === "string") writers[stream].write(chunk.toWellFormed());
      else writers[stream].writeBytes(chunk);
    },
    writeLine(json) {
      writers.stdout.write(atLineStart ? `${json}\n` : `\n${json}\n`);
      atLineStart = true;
    },
    flushSync: (maxMs) => writers.stdout.flushSync(maxMs),
    setSynchronous: (maxMs) => writers.stdout.setSynchronous(maxMs),
  };
}

/** The calls of version 0 on stdin and stdout. */
export function createLineTransport(output: LineOutput, events: TransportEvents): Transport {
  const decoder = createBareLineDecoder();
  const receiver = createReceiver({
    descriptor: IN_DESCRIPTOR,
    onBytes(bytes) {
      for (const frame of decoder.push(bytes)) events.onFrame(frame);
    },
    onEnd: () => events.onLost("the host has closed the pipe"),
  });
  return {
    name: "stdio",
    send: (json) => output.writeLine(json),
    hold: (alive) => receiver.hold(alive),
    flushSync: (maxMs) => output.flushSync(maxMs),
    setSynchronous: (maxMs) => output.setSynchronous(maxMs),
    setMaxFrameBytes() {},
  };
}
