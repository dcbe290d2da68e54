import { closeSync, openSync, writeSync } from "node:fs";
import type { Observer } from "../session/observer.js";
import { CommandError } from "./command-error.js";

/** Writes every frame of a run to a file. */
export interface TraceFile {
  readonly frame: NonNullable<Observer["frame"]>;
  close(): void;
}

/** Opens a trace: JSON lines `{at, direction, frame}`, `at` in milliseconds since it was opened. Throws CommandError. */
export function openTrace(path: string): TraceFile {
  let file: number;
  try {
    file = openSync(path, "w", 0o600);
  } catch (error) {
    throw new CommandError(`The trace ${path} can't be written: ${(error as Error).message}`);
  }
  const began = performance.now();
  return {
    // Synchronous: the trace is whole up to the last frame whatever ends the host.
    frame(direction, json) {
      const at = Math.round((performance.now() - began) * 1000) / 1000;
      writeSync(file, `{"at":${at},"direction":"${direction}","frame":${asJson(json)}}\n`);
    },
    close: () => closeSync(file),
  };
}

/** The frame as it is where it is JSON, else its text as a string. */
function asJson(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return JSON.stringify(json);
  }
}
