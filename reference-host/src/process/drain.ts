import type { Readable } from "node:stream";
import type { Clock } from "../session/clock.js";

/** More than any pipe or socket holds: what comes beyond it was written by somebody else after the exit. */
const PIPE_BYTES = 4_194_304;
/** What a pipe held comes without a pause: one so long shows that it is empty, once it was looked at again. */
const PAUSE_MS = 1;

/**
 * Settles when every stream has ended or closed, or graceMs have passed without a byte on any: then somebody outside
 * the group holds them (`life:end:exit-not-eof`). One who goes on writing is not waited for either
 * (`life:end:stranger-writes`): graceMs after the exit it is over as soon as more has come than the pipes could hold
 * when the process ended, or as they were found empty.
 */
export function drain(streams: readonly Readable[], graceMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const open = new Set(streams.filter((stream) => !stream.readableEnded && !stream.destroyed));
    const began = clock.now();
    let bytes = 0;
    let stopTimer = (): void => undefined;

    const finish = (): void => {
      stopTimer();
      for (const stream of open) stream.off("data", moved);
      resolve();
    };
    const rest = (stream: Readable): void => {
      open.delete(stream);
      if (open.size === 0) finish();
    };
    const pause = (): void => {
      const before = bytes;
      // A late loop runs its timers before it reads what is there.
      setImmediate(() => {
        if (bytes === before) finish();
      });
    };
    const moved = (chunk: Buffer): void => {
      bytes += chunk.length;
      stopTimer();
      const late = clock.now() - began > graceMs;
      if (late && bytes > PIPE_BYTES) finish();
      else stopTimer = late ? clock.after(PAUSE_MS, pause) : clock.after(graceMs, finish);
    };

    if (open.size === 0) return finish();
    for (const stream of open) {
      stream.on("data", moved);
      stream.once("end", () => rest(stream));
      stream.once("close", () => rest(stream));
    }
    stopTimer = clock.after(graceMs, finish);
  });
}
