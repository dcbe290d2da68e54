import { createLineReader, objectOfLine } from "../wire/lines.js";
import type { HostInbox } from "./host-inbox.js";
import type { SeenFrame } from "./host-seen.js";
import type { Recorder } from "./transcript.js";

/** Creates an inbox of version 0: each line that is a JSON object is a response, whatever it looks like. */
export function createHostLineInbox(recorder: Recorder): HostInbox {
  const reader = createLineReader();
  const frames: SeenFrame[] = [];
  const stray: Uint8Array[] = [];

  const take = (line: Uint8Array): void => {
    const at = recorder.record("from-subject", "wire", line);
    const value = objectOfLine(line);
    if (value === undefined) stray.push(line);
    else frames.push({ value, text: Buffer.from(line).toString("utf8").slice(0, -1), at });
  };
  return {
    push: (bytes) => reader.push(bytes).forEach(take),
    end() {
      for (const line of reader.end()) {
        recorder.record("from-subject", "wire", line);
        stray.push(line);
      }
    },
    answer: (value, text, at) => void frames.push({ value, text, at }),
    // What a response must look like is for the checks: the founding document leaves much of it open.
    expect: () => undefined,
    faults: [],
    frames,
    refusals: [],
    notifications: [],
    answers: (id) => frames.filter(({ value }) => value["id"] === id),
    stray: () => Buffer.concat(stray),
  };
}
