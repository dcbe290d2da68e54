import { closeSync, openSync, writeSync } from "node:fs";
import type { TraceLine } from "@sandpipe/spec/v1";
import type { Observer } from "../session/observer.js";
import { CommandError } from "./command-error.js";

/** Writes every frame of sessions to a file. */
export interface TraceFile {
  /** What takes the frames of the session that has this id once they come. */
  frames(session: () => string): NonNullable<Observer["frame"]>;
  close(): void;
}

/** Opens a trace of lines like {@link TraceLine}, for its owner's eyes only. Throws CommandError. */
export function openTrace(path: string): TraceFile {
  let file: number;
  try {
    file = openSync(path, "w", 0o600);
  } catch (error) {
    throw new CommandError(`The trace ${path} can't be written: ${(error as Error).message}`);
  }
  const began = performance.now();
  return {
    frames: (session) => (direction, json, transport) => {
      const line: TraceLine = {
        time: new Date().toISOString(),
        at: Math.round((performance.now() - began) * 1000) / 1000,
        session: session(),
        transport,
        direction,
        frame: parsed(json),
      };
      // Synchronous: the trace is whole up to the last frame whatever ends the host.
      writeSync(file, `${JSON.stringify(line)}\n`);
    },
    close: () => closeSync(file),
  };
}

/** The frame as it is where it is JSON, else its text. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}
