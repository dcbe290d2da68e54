import type { Id, Params, ScriptError, SessionResultParams } from "@sandpipe/spec/v1";
import { PROTOCOL, RPC_ERROR } from "@sandpipe/spec/v1";
import { SessionOpenParams, SessionResultParams as isResultParams } from "#validators";
import { errorFrame, kindFrame, quoted, successFrame } from "../frames/write-frame.js";
import { fitsBytes } from "../bytes/text-bytes.js";
import type { Account } from "./account.js";
import type { Calls } from "./calls.js";
import type { Channel, Transport } from "./channel.js";
import { createLatch } from "./latch.js";
import type { Observer } from "./observer.js";
import { openAnswer } from "./open-answer.js";
import type { SessionFacts } from "./open-answer.js";
import { describeParamsFault } from "./params-fault.js";

/** Where a session stands: before its open, between open and result, after its result. */
export type SessionState = "new" | "open" | "finished";

/** What `session.result` handed over. */
export type ScriptOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ScriptError };

/** Receives requests, in the order of faults of `error:order:first-fault`. */
export interface Requests {
  readonly state: SessionState;
  readonly outcome: ScriptOutcome | undefined;
  /** The transport of the accepted open. */
  readonly transport: Transport | undefined;
  /** A valid request, answered on the channel that belongs to it. */
  receive(id: Id, method: string, params: Params, channel: Channel, traceparent?: string): void;
  /** Goes on from where another instance of the host has brought the session, over HTTP. */
  follow(state: SessionState): void;
  /** An object that has a `method` but is no valid request or notification. */
  refuseInvalid(id: Id | undefined, fault: string, channel: Channel): void;
}

/** What a session may be given beside its facts. */
export interface RequestsOptions {
  /** Told when `session.result` was accepted. */
  onResult?(): void;
  /** The versions that may be spoken, as of now. Default: version 1. */
  protocols?(): readonly number[];
}

/** Creates the receiver of requests. */
export function createRequests(
  facts: SessionFacts,
  calls: Calls,
  account: Account,
  observer: Observer,
  { onResult, protocols = () => [PROTOCOL] }: RequestsOptions = {},
): Requests {
  const { maxFrameBytes, maxInFlight } = facts.limits;
  let state: SessionState = "new";
  let outcome: ScriptOutcome | undefined;
  const latch = createLatch();

  const refuse = (channel: Channel, frame: string): void => {
    observer.requestRefused?.();
    channel.send(frame, "refusal");
  };
  const refuseRequest = (channel: Channel, id: Id, message: string): void =>
    refuse(channel, errorFrame(id, RPC_ERROR.invalidRequest, message));

  /** Answers `session.*`; its id is in flight like any other's while the answer waits for the pipe. */
  const answer = (channel: Channel, id: Id, frame: string): void => {
    const release = calls.hold(id);
    if (channel.send(frame, "response", release)) release();
  };

  const open = (id: Id, params: Params, channel: Channel): void => {
    // `session:open:second-refused`
    if (!latch.mayOpen(channel.transport)) {
      return refuseRequest(channel, id, "session.open was accepted before: a session opens once");
    }
    const { protocol } = params;
    // Before the schema: another version's params may look different, and its sandbox must learn what would work.
    const supported = protocols();
    // `version:open:unsupported`, `version:open:before-params`
    if (Number.isInteger(protocol) && (protocol !== PROTOCOL || !supported.includes(PROTOCOL))) {
      const message = `This session may speak protocol ${supported.join(" or ")}, not ${String(protocol)} here`;
      return refuse(channel, kindFrame(id, "unsupported_protocol", message, { supported }));
    }
    if (!SessionOpenParams(params)) return refuseParams(channel, id, SessionOpenParams.errors);
    const frame = successFrame(id, JSON.stringify(openAnswer(facts)));
    if (!fitsBytes(frame, maxFrameBytes)) {
      const message = `What the host has to tell is larger than maxFrameBytes (${maxFrameBytes}): give the script less`;
      return refuse(channel, kindFrame(id, "limit_exceeded", message));
    }
    // `session:open:pipelined`
    state = "open";
    latch.open(channel.transport);
    observer.opened?.(channel.transport);
    answer(channel, id, frame);
  };

  const takeResult = (id: Id, params: Params, channel: Channel): void => {
    // `result:second:refused`
    if (state === "finished")
      return refuseRequest(channel, id, "session.result was accepted before: the first stands");
    if (!isResultParams(params)) return refuseParams(channel, id, isResultParams.errors);
    const { ok, value, error } = params as Partial<SessionResultParams> & {
      value?: unknown;
      error?: ScriptError;
    };
    outcome = ok === true ? { ok, value } : { ok: false, error: error as ScriptError };
    state = "finished";
    latch.use();
    // `result:after:calls-cancelled`: before the acknowledgement, upon which the sandbox exits.
    calls.cancelAll();
    // `result:accepted:acknowledged`
    answer(channel, id, successFrame(id, "{}"));
    onResult?.();
  };

  const refuseParams = (channel: Channel, id: Id, faults: Parameters<typeof describeParamsFault>[0]): void =>
    refuse(channel, errorFrame(id, RPC_ERROR.invalidParams, describeParamsFault(faults)));

  const call = (id: Id, name: string, params: Params, channel: Channel, traceparent?: string): void => {
    // `method:whitelist:exact`, `method:whitelist:before-params`
    const method = facts.methods.get(name);
    // `method:whitelist:hidden-is-unknown`: nothing is known here of methods beyond the whitelist.
    if (method === undefined) {
      return refuse(
        channel,
        errorFrame(id, RPC_ERROR.methodNotFound, `No method ${quoted(name)} may be called here`),
      );
    }
    if (calls.full) {
      return refuse(
        channel,
        kindFrame(id, "busy", `More than maxInFlight (${maxInFlight}) calls are unanswered`),
      );
    }
    // `method:params:invalid`
    if (!method.validate(params)) return refuseParams(channel, id, method.validate.errors);
    latch.use();
    calls.accept(id, method, params, channel, traceparent);
  };

  return {
    get state() {
      return state;
    },
    get outcome() {
      return outcome;
    },
    get transport() {
      return latch.transport;
    },
    receive(id, method, params, channel, traceparent) {
      if (state === "open" && !method.startsWith("session.")) account.calls++;
      // `call:duplicate:session-takes-part`
      // `call:duplicate:refused`: with id null, for the id belongs to the answer of the first.
      if (calls.has(id)) {
        return refuse(channel, kindFrame(null, "duplicate_id", "A call with this id is in flight", { id }));
      }
      if (method === "session.open") return open(id, params, channel);
      // `session:open:first`
      // Opened on stdio is not opened over HTTP: a call there would be the switch that only an open can make.
      if (latch.transport !== channel.transport) {
        return refuse(channel, kindFrame(id, "session_not_open", "Send session.open first"));
      }
      if (method === "session.result") return takeResult(id, params, channel);
      // `result:after:requests-refused`
      if (state === "finished") {
        return refuse(
          channel,
          kindFrame(id, "session_not_open", "The session has its result: no more requests"),
        );
      }
      call(id, method, params, channel, traceparent);
    },
    follow(reached) {
      if (reached === state || reached === "new" || state === "finished") return;
      state = reached;
      latch.open("http");
      latch.use();
      if (state === "finished") calls.cancelAll();
    },
    refuseInvalid(id, fault, channel) {
      // `call:envelope:counted`
      account.violate("call:envelope:invalid-request", `an invalid request: ${fault}`);
      const message = `Invalid request: ${fault}`;
      // `call:duplicate:any-refusal`
      if (id === undefined || !calls.has(id)) {
        return refuse(channel, errorFrame(id ?? null, RPC_ERROR.invalidRequest, message));
      }
      refuse(channel, errorFrame(null, RPC_ERROR.invalidRequest, message, { id }));
    },
  };
}
