import * as validators from "#validators";
import type { Fact } from "../checks/fact.js";
import { createDecoder, type WireEvent, type WireObject } from "../wire/decode.js";
import { describeFaults } from "./describe-faults.js";
import type { SeenFrame } from "./host-seen.js";
import type { Recorder } from "./transcript.js";

/** What the sandbox has written so far. */
export interface SandboxInbox {
  stdout(bytes: Uint8Array): void;
  stderr(bytes: Uint8Array): void;
  /** A frame that came over HTTP, as the transcript's event shows; its answer goes where `take` sends it. */
  posted(value: WireObject, text: string, at: number): void;
  /** The end of stdout. */
  end(): void;
  readonly frames: readonly SeenFrame[];
  readonly violations: readonly string[];
  output(): Uint8Array;
  /** Bytes of output that came before the first frame. */
  readonly outputBeforeFrames: number;
  errors(): Uint8Array;
  /** Descriptor 2 alone. */
  rawStderr(): string;
  /** Frames that are not as their schema says. */
  readonly faults: readonly Fact[];
}

/** The decoder must see what the sandbox sends, not refuse it: whether a frame is too large is for a check to say. */
const DECODE_LIMITS = { maxFrameBytes: 64 * 1_048_576, maxDepth: 100_000 };
/** A flood must not grow the kit. */
const KEPT_FAULTS = 20;

const PARAMS: Readonly<Record<string, validators.Validator<unknown>>> = {
  "session.open": validators.SessionOpenParams,
  "session.result": validators.SessionResultParams,
  "session.output": validators.SessionOutputParams,
  "session.progress": validators.SessionProgressParams,
  "session.emit": validators.SessionEmitParams,
  "session.cancel": validators.SessionCancelParams,
  "conformance.next": validators.NextParams,
};

/** Creates an inbox that decodes, records and validates; `take` gets each frame as it comes. */
export function createSandboxInbox(recorder: Recorder, take: (frame: SeenFrame) => void): SandboxInbox {
  const decoder = createDecoder(DECODE_LIMITS);
  const frames: SeenFrame[] = [];
  const violations: string[] = [];
  const output: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  const raw: Uint8Array[] = [];
  const faults: Fact[] = [];
  let outputBeforeFrames = 0;

  const hold = (
    about: string,
    validate: validators.Validator<unknown>,
    value: unknown,
    at: number,
  ): boolean => {
    if (validate(value)) return true;
    const actual = describeFaults(validate.errors, value);
    if (faults.length < KEPT_FAULTS) faults.push({ about, expected: "as its schema says", actual, at });
    return false;
  };

  const onFrame = (
    value: WireObject,
    text: string,
    at = recorder.record("from-subject", "wire", `\u001e${text}\n`),
  ): void => {
    const seen: SeenFrame = { value, text, at };
    frames.push(seen);
    const method = value["method"];
    if (method !== undefined) {
      const what = Object.hasOwn(value, "id") ? "request" : "notification";
      hold(`the ${what}`, what === "request" ? validators.Request : validators.Notification, value, at);
      const known = typeof method === "string" && Object.hasOwn(PARAMS, method) ? PARAMS[method] : undefined;
      const valid =
        known === undefined || hold(`the params of ${String(method)}`, known, value["params"], at);
      if (valid && method === "session.output") keepOutput(value["params"]);
    }
    take(seen);
  };
  const keepOutput = (params: unknown): void => {
    const { stream, text, base64 } = params as { stream: string; text?: string; base64?: string };
    const bytes = text === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(text, "utf8");
    (stream === "stdout" ? output : errors).push(bytes);
  };
  const handle = (events: readonly WireEvent[]): void => {
    for (const event of events) {
      if (event.kind === "frame") onFrame(event.value, event.text);
      else if (event.kind === "violation") {
        violations.push(event.violation);
        recorder.record("note", "wire", `a record that is no frame: ${event.violation}`);
      } else {
        output.push(event.bytes);
        if (frames.length === 0) outputBeforeFrames += event.bytes.length;
        recorder.record("from-subject", "wire", event.bytes);
      }
    }
  };
  return {
    stdout: (bytes) => handle(decoder.push(bytes)),
    stderr(bytes) {
      recorder.record("from-subject", "stderr", bytes);
      raw.push(bytes);
      errors.push(bytes);
    },
    posted: onFrame,
    end: () => handle(decoder.end()),
    frames,
    violations,
    get outputBeforeFrames() {
      return outputBeforeFrames;
    },
    output: () => Buffer.concat(output),
    errors: () => Buffer.concat(errors),
    rawStderr: () => Buffer.concat(raw).toString("utf8"),
    faults,
  };
}
