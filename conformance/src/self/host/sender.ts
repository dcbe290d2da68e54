import type { Writable } from "node:stream";
import { encodeRecord } from "../../wire/encode.js";
import type { WireObject } from "../../wire/decode.js";
import type { Deviations } from "./deviations.js";
import { encodeText } from "./encode-text.js";

/** Writes frames to one sandbox: whole, in order, those of one turn in one write. */
export interface Sender {
  /** `bytes` of its text; `handed` is called when it has been handed to the pipe, or can't be any more. */
  send(frame: WireObject, bytes: number, handed?: () => void): void;
  /** Bytes of frames not yet handed to the pipe. */
  readonly waiting: number;
  /** Ends the pipe behind what was sent, and calls back when that is done. */
  end(ended: () => void): void;
}

interface Queued {
  readonly frame: WireObject;
  readonly bytes: number;
  readonly handed: (() => void) | undefined;
}

/** Creates a sender over a child's stdin; `drained` is called after each write that was handed over. */
export function createSender(pipe: Writable, deviations: Deviations, drained: () => void): Sender {
  let queue: Queued[] = [];
  let waiting = 0;
  let scheduled = false;
  let slowUntil = Promise.resolve();

  const write = (bytes: Uint8Array, size: number, handed: readonly (() => void)[]): void => {
    const done = (): void => {
      waiting -= size;
      for (const call of handed) call();
      drained();
    };
    if (pipe.destroyed || !pipe.writable) return done();
    if (deviations.has("one-byte-writes"))
      for (const byte of bytes.subarray(0, 64)) pipe.write(Uint8Array.of(byte));
    pipe.write(deviations.has("one-byte-writes") ? bytes.subarray(64) : bytes, () => done());
  };

  const flush = (): void => {
    scheduled = false;
    let frames = queue;
    queue = [];
    if (deviations.has("reverse-order")) frames = frames.toReversed();
    if (deviations.has("answers-swapped")) frames = swapResults(frames);
    const records = frames.flatMap(({ frame }) => {
      const record = encodeRecord(encodeText(frame, deviations));
      const extra = { jsonrpc: "2.0", method: "x-host.tick", params: { n: 1 } };
      return deviations.has("extra-notifications") ? [encodeRecord(JSON.stringify(extra)), record] : [record];
    });
    const bytes = interleave(records, deviations);
    const size = frames.reduce((sum, entry) => sum + entry.bytes, 0);
    const handed = frames.flatMap((entry) => (entry.handed === undefined ? [] : [entry.handed]));
    if (!deviations.has("slow-frames")) return write(bytes, size, handed);
    slowUntil = slowUntil.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      write(bytes, size, handed);
    });
  };

  return {
    send(frame, bytes, handed) {
      queue.push({ frame, bytes, handed });
      waiting += bytes;
      if (scheduled) return;
      scheduled = true;
      if (deviations.has("one-large-write")) setImmediate(flush);
      else queueMicrotask(flush);
    },
    get waiting() {
      return waiting;
    },
    end(ended) {
      if (queue.length > 0) flush();
      void slowUntil.then(() => {
        pipe.end();
        ended();
      });
    },
  };
}

function swapResults(frames: Queued[]): Queued[] {
  const calls = frames.filter(({ frame }) => "result" in frame);
  const [first, second] = calls;
  if (first === undefined || second === undefined) return frames;
  const swapped = new Map([
    [first, { ...first, frame: { ...first.frame, result: second.frame["result"] } }],
    [second, { ...second, frame: { ...second.frame, result: first.frame["result"] } }],
  ]);
  return frames.map((entry) => swapped.get(entry) ?? entry);
}

function interleave(records: readonly Uint8Array[], deviations: Deviations): Uint8Array {
  const large = records.findIndex((record) => record.length > 8_192);
  const cut = records[large];
  if (!deviations.has("large-answers-interleaved") || cut === undefined || records.length < 2)
    return Buffer.concat(records);
  const others = records.filter((record) => record !== cut);
  return Buffer.concat([cut.subarray(0, 8_192), ...others, cut.subarray(8_192)]);
}
