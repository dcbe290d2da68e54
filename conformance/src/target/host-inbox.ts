import * as validators from "#validators";
import type { Fact } from "../checks/fact.js";
import { createDecoder, type WireObject } from "../wire/decode.js";
import { describeFaults } from "./describe-faults.js";
import type { SeenFrame } from "./host-seen.js";
import type { Recorder } from "./transcript.js";

/** What the host has written to the probe's stdin so far. */
export interface HostInbox {
  push(bytes: Uint8Array): void;
  end(): void;
  /** Takes a response that came over HTTP. */
  answer(value: WireObject, text: string, at: number): void;
  /** Notes that a request was sent, so that its answer is held to its method's schema. */
  expect(id: string | number, method: string): void;
  readonly frames: readonly SeenFrame[];
  readonly refusals: readonly SeenFrame[];
  readonly notifications: readonly SeenFrame[];
  answers(id: string | number): readonly SeenFrame[];
  stray(): Uint8Array;
  /** Frames that are not as their schema says. */
  readonly faults: readonly Fact[];
}

/** The decoder must see what the host sends, not refuse it: whether a frame is too large is for a check to say. */
const DECODE_LIMITS = { maxFrameBytes: 64 * 1_048_576, maxDepth: 100_000 };

const RESULTS: Readonly<Record<string, validators.Validator<unknown>>> = {
  "session.open": validators.SessionOpenResult,
  "session.result": validators.SessionResultResult,
  "files.list": validators.FilesListResult,
  "files.get": validators.FileInfo,
  "files.read": validators.FilesReadResult,
  "files.materialize": validators.FilesMaterializeResult,
  "files.write": validators.FileInfo,
  "files.create": validators.FilesCreateResult,
  "files.append": validators.FilesAppendResult,
  "files.commit": validators.FileInfo,
  "files.adopt": validators.FileInfo,
  "projects.get": validators.Project,
  "conversations.get": validators.Conversation,
};

const keyOf = (id: unknown): string => `${typeof id}:${String(id)}`;

/** Creates an inbox that decodes, records and validates. */
export function createHostInbox(recorder: Recorder): HostInbox {
  const decoder = createDecoder(DECODE_LIMITS);
  const frames: SeenFrame[] = [];
  const refusals: SeenFrame[] = [];
  const notifications: SeenFrame[] = [];
  const stray: Uint8Array[] = [];
  const faults: Fact[] = [];
  const byId = new Map<string, SeenFrame[]>();
  const methods = new Map<string, string>();

  const hold = (what: string, validate: validators.Validator<unknown>, value: unknown, at: number): void => {
    if (validate(value)) return;
    faults.push({
      about: what,
      expected: "as its schema says",
      actual: describeFaults(validate.errors, value),
      at,
    });
  };

  const take = (
    value: WireObject,
    text: string,
    at = recorder.record("from-subject", "wire", `\u001e${text}\n`),
  ): void => {
    const seen: SeenFrame = { value, text, at };
    frames.push(seen);
    if (Object.hasOwn(value, "method")) {
      notifications.push(seen);
      hold("the host's notification", validators.Notification, value, at);
      if (value["method"] === "session.close" && value["params"] !== undefined)
        hold("the params of session.close", validators.SessionCloseParams, value["params"], at);
      return;
    }
    const id = value["id"];
    const failed = Object.hasOwn(value, "error");
    if (id === null) refusals.push(seen);
    else byId.set(keyOf(id), [...(byId.get(keyOf(id)) ?? []), seen]);
    const about = `the response with id ${JSON.stringify(id)}`;
    if (failed && Object.hasOwn(value, "result"))
      faults.push({ about, expected: "exactly one of result and error", actual: "both", at });
    hold(about, failed ? validators.ErrorResponse : validators.SuccessResponse, value, at);
    const method = methods.get(keyOf(id));
    const result = method !== undefined && Object.hasOwn(RESULTS, method) ? RESULTS[method] : undefined;
    if (!failed && result) hold(`the result of ${method}`, result, value["result"], at);
  };

  const handle = (events: ReturnType<typeof decoder.push>): void => {
    for (const event of events) {
      if (event.kind === "frame") take(event.value, event.text);
      else if (event.kind === "output") {
        stray.push(event.bytes);
        recorder.record("from-subject", "wire", event.bytes);
      }
    }
  };

  return {
    push: (bytes) => handle(decoder.push(bytes)),
    end: () => handle(decoder.end()),
    answer: take,
    expect: (id, method) => void methods.set(keyOf(id), method),
    frames,
    refusals,
    notifications,
    answers: (id) => byId.get(keyOf(id)) ?? [],
    stray: () => Buffer.concat(stray),
    faults,
  };
}
