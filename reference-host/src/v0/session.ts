import type { Account } from "../session/account.js";
import type { Channel, Transport } from "../session/channel.js";
import type { Clock } from "../session/clock.js";
import { describeParamsFault } from "../session/params-fault.js";
import type { Observer } from "../session/observer.js";
import type { SessionFacts } from "../session/open-answer.js";
import type { ScriptOutcome, SessionState } from "../session/requests.js";
import { quoted } from "../frames/write-frame.js";
import { createCallsV0 } from "./calls.js";
import type { LineEvent } from "./line-decoder.js";
import { errorLine } from "./write-line.js";

/** A session of version 0, as far as a report tells of it: open from the start, without close or cancel. */
export interface SessionV0 {
  /** `finished` once a result was printed; another line may replace it. */
  readonly state: SessionState;
  /** The last line of output that is a JSON object (`result:last-json-line`). */
  readonly outcome: ScriptOutcome | undefined;
  readonly transport: Transport | undefined;
  readonly account: Account;
  receive(event: Exclude<LineEvent, { kind: "frame" }>): void;
  /** The channel has room again. */
  resume(): void;
  /** The run is over: nothing is executed or answered from here on. */
  end(): void;
}

/** What such a session needs. */
export interface SessionV0Parts {
  readonly facts: SessionFacts;
  readonly channel: Channel;
  readonly account: Account;
  readonly clock: Clock;
  readonly observer: Observer;
}

/** Creates a session with a sandbox of the founding document. */
export function createSessionV0({ facts, channel, account, clock, observer }: SessionV0Parts): SessionV0 {
  const calls = createCallsV0({ surroundings: facts, account, channel, clock, observer });
  let outcome: ScriptOutcome | undefined;
  let transport: Transport | undefined;

  const refuse = (id: string, why: string): void => {
    observer.requestRefused?.();
    channel.send(errorLine(id, why), "refusal");
  };

  const call = ({ request, bytes }: Extract<LineEvent, { kind: "request" }>): void => {
    transport = "stdio";
    account.calls++;
    observer.frame?.("from-sandbox", bytes.toString("utf8").trim(), "stdio");
    const { id, method: name, params } = request;
    const method = facts.methods.get(name);
    // `method:whitelist:unknown`
    if (method === undefined) return refuse(id, `Unknown method ${quoted(name)}`);
    if (!method.validate(params)) return refuse(id, describeParamsFault(method.validate.errors));
    calls.accept(request, method, bytes.length);
  };

  return {
    get state() {
      return outcome ? "finished" : "open";
    },
    get outcome() {
      return outcome;
    },
    get transport() {
      return transport;
    },
    account,
    receive(event) {
      if (event.kind === "request") return call(event);
      // `output:line:kept`
      account.print("stdout", event.bytes);
      if (event.kind === "object") outcome = { ok: true, value: event.value };
    },
    resume: () => calls.resume(),
    end: () => calls.end(),
  };
}
