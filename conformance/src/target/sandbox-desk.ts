import { RPC_ERROR, type SessionResultParams } from "@sandpipe/spec/v1";
import type { SeenFrame } from "./host-seen.js";
import { answerBody, encodeAnswer, encodeResponse } from "./sandbox-answers.js";
import type { DriverState } from "./sandbox-driver.js";
import type { HttpMishap, HttpReply } from "./sandbox-http.js";
import type { Answer, SandboxPlan } from "./sandbox-plan.js";
import type { Version } from "./target.js";
import type { Recorder } from "./transcript.js";

/** Where the sandbox's requests arrive and wait for their answers, whichever transport they came by. */
export interface SandboxDesk {
  /** Takes a request; `reply` is where its answer goes when it came over HTTP. */
  request(frame: SeenFrame, reply: HttpReply | undefined): void;
  /** Answers one frame with these members. */
  answer(frame: SeenFrame, members: Readonly<Record<string, unknown>>): void;
  /** Answers calls of the driver as one sequence of bytes, cut at these offsets; each must have come. */
  answerCalls(answers: readonly Answer[], cuts: readonly number[]): void;
  /** Loses the answer of one call that came over HTTP. */
  lose(call: SeenFrame, how: HttpMishap): void;
  /** Answers a `session.open` that was held. */
  answerOpen(): void;
  /** Leaves `session.result` unanswered until `acknowledge`. */
  holdResult(): void;
  acknowledge(): void;
  readonly results: readonly SessionResultParams[];
  /** The most requests that were unanswered at once, `session.*` not counted. */
  readonly peakInFlight: number;
  readonly exchanges: number;
}

export interface SandboxDeskParts {
  readonly plan: SandboxPlan;
  readonly speaks: Version;
  readonly driver: DriverState;
  readonly recorder: Recorder;
  /** What the kit answers to `session.open`. */
  opening(): Readonly<Record<string, unknown>>;
  write(bytes: Uint8Array, cuts?: readonly number[]): void;
  /** Notes the moment of something, the first time. */
  mark(name: string): void;
}

/** Creates the desk of one session. */
export function createSandboxDesk(parts: SandboxDeskParts): SandboxDesk {
  const { plan, speaks, driver, recorder, opening, write, mark } = parts;
  const results: SessionResultParams[] = [];
  const unanswered = new Set<SeenFrame>();
  const replies = new Map<SeenFrame, HttpReply>();
  /** Requests behind an open that is held. */
  const pipelined: SeenFrame[] = [];
  let opened = false;
  let httpOpened = false;
  let heldOpen: SeenFrame | undefined;
  let resultFrame: SeenFrame | undefined;
  let holdsResult = false;
  let peakInFlight = 0;
  let exchanges = 0;

  const answer: SandboxDesk["answer"] = (frame, members) => {
    unanswered.delete(frame);
    const id = frame.value["id"];
    const reply = replies.get(frame);
    if (reply === undefined) return write(encodeResponse(id, members, speaks));
    const response = { jsonrpc: "2.0", id, ...members };
    replies.delete(frame);
    recorder.record("to-subject", "wire", `HTTP/1.1 200 ${JSON.stringify(response)}`);
    reply.json(JSON.stringify(response));
  };
  const refuse = (frame: SeenFrame, message: string): void =>
    answer(frame, { error: { code: RPC_ERROR.invalidRequest, message } });
  const acknowledge = (): void => {
    if (resultFrame === undefined) return;
    mark("acknowledged");
    answer(resultFrame, { result: {} });
    resultFrame = undefined;
  };
  /** What the driver was not told to call it calls when it is loaded, or the sandbox by itself. */
  const answerUntold = (frame: SeenFrame): void => {
    if (Object.hasOwn(Object(frame.value["params"]), "early")) return answer(frame, { result: null });
    const message = `nothing told the driver to call ${JSON.stringify(frame.value["method"])}`;
    answer(frame, { error: speaks === 0 ? message : { code: RPC_ERROR.methodNotFound, message } });
  };
  const answerOpen = (frame: SeenFrame): void => {
    mark("open-answered");
    answer(frame, opening());
    for (const waiting of pipelined.splice(0)) answerUntold(waiting);
  };

  const onOpen = (frame: SeenFrame): void => {
    const opensHttp = replies.has(frame) && !httpOpened;
    httpOpened ||= opensHttp;
    if (opened && !opensHttp) return refuse(frame, "it is open");
    opened = true;
    mark(opensHttp ? "http-open" : "open");
    if (plan.open === "held" && !opensHttp) heldOpen = frame;
    else answerOpen(frame);
  };
  const onResult = (frame: SeenFrame): void => {
    results.push(frame.value["params"] as SessionResultParams);
    if (results.length > 1) return refuse(frame, "it has its result");
    mark("result");
    resultFrame = frame;
    if (!holdsResult) acknowledge();
  };
  const callOf = (n: number): SeenFrame => driver.calls(n)[0] as SeenFrame;

  return {
    answer,
    acknowledge,
    results,
    request(frame, reply) {
      exchanges++;
      if (reply !== undefined) replies.set(frame, reply);
      const method = frame.value["method"];
      // Version 0 has no methods of the session's own.
      if (speaks === 1 && method === "session.open") return onOpen(frame);
      if (speaks === 1 && method === "session.result") return onResult(frame);
      unanswered.add(frame);
      peakInFlight = Math.max(peakInFlight, unanswered.size);
      if (driver.request(frame)) return;
      if (heldOpen === undefined) answerUntold(frame);
      else pipelined.push(frame);
    },
    answerCalls(answers, cuts) {
      const of = answers.flatMap((entry) => ("of" in entry ? [entry.of] : []));
      for (const n of of) unanswered.delete(callOf(n));
      const [first] = of;
      if (first === undefined || !replies.has(callOf(first))) {
        const bytes = answers.map((entry) => encodeAnswer(entry, speaks, (n) => callOf(n).value["id"]));
        return write(Buffer.concat(bytes), cuts);
      }
      for (const entry of answers) {
        if (!("of" in entry)) continue;
        const frame = callOf(entry.of);
        replies.get(frame)?.json(answerBody(entry, frame.value["id"]));
        replies.delete(frame);
      }
    },
    lose(frame, how) {
      unanswered.delete(frame);
      replies
        .get(frame)
        ?.mishap(how, JSON.stringify({ jsonrpc: "2.0", id: frame.value["id"], result: null }));
    },
    answerOpen() {
      if (heldOpen !== undefined) answerOpen(heldOpen);
      heldOpen = undefined;
    },
    holdResult: () => void (holdsResult = true),
    get peakInFlight() {
      return peakInFlight;
    },
    get exchanges() {
      return exchanges;
    },
  };
}
