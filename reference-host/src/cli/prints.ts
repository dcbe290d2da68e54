import { DEFAULT_LIMITS } from "@sandpipe/spec/v1";
import type { ProgressBar } from "./progress-bar.js";

/** The part of a standard stream that prints need. */
export interface Sink {
  write(bytes: Uint8Array | string): unknown;
}

/**
 * Passes a script's prints on while it runs, up to maxOutputBytes of each stream: beyond that a script that prints
 * without end would fill this process's memory whenever the reader is slower.
 */
export function createPrints(
  out: Sink,
  err: Sink,
  bar: ProgressBar,
): (stream: "stdout" | "stderr", bytes: Uint8Array) => void {
  const left: Record<"stdout" | "stderr", number> = {
    stdout: DEFAULT_LIMITS.maxOutputBytes,
    stderr: DEFAULT_LIMITS.maxOutputBytes,
  };
  return (stream, bytes) => {
    if (left[stream] === 0) return;
    const part = bytes.subarray(0, left[stream]);
    left[stream] -= part.length;
    bar.hide();
    (stream === "stdout" ? out : err).write(part);
    if (left[stream] === 0) err.write(`\nsandpipe-host: the rest of the script's ${stream} is not shown\n`);
  };
}
