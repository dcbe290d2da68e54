import { createLineReader, isLineRequest, objectOfLine } from "../wire/lines.js";
import type { SeenFrame } from "./host-seen.js";
import type { SandboxInbox } from "./sandbox-inbox.js";
import { KitFault } from "./target.js";
import type { Recorder } from "./transcript.js";

/** Creates an inbox of version 0: request lines are frames, everything else on stdout is output. */
export function createSandboxLineInbox(recorder: Recorder, take: (frame: SeenFrame) => void): SandboxInbox {
  const reader = createLineReader();
  const frames: SeenFrame[] = [];
  const output: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  let outputBeforeFrames = 0;

  const print = (line: Uint8Array): void => {
    output.push(line);
    if (frames.length === 0) outputBeforeFrames += line.length;
  };
  const handle = (line: Uint8Array): void => {
    const at = recorder.record("from-subject", "wire", line);
    const value = objectOfLine(line);
    if (value === undefined || !isLineRequest(value)) return print(line);
    const seen: SeenFrame = { value, text: Buffer.from(line).toString("utf8").slice(0, -1), at };
    frames.push(seen);
    take(seen);
  };
  return {
    stdout: (bytes) => reader.push(bytes).forEach(handle),
    stderr(bytes) {
      recorder.record("from-subject", "stderr", bytes);
      errors.push(bytes);
    },
    posted() {
      throw new KitFault("version 0 posts nothing over HTTP");
    },
    end() {
      for (const line of reader.end()) {
        recorder.record("from-subject", "wire", line);
        print(line);
      }
    },
    violations: [],
    faults: [],
    frames,
    get outputBeforeFrames() {
      return outputBeforeFrames;
    },
    output: () => Buffer.concat(output),
    errors: () => Buffer.concat(errors),
    rawStderr: () => Buffer.concat(errors).toString("utf8"),
  };
}
