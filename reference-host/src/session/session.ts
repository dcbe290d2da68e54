import type { ByteEvent } from "../bytes/demultiplexer.js";
import { createAccount } from "./account.js";
import type { Account } from "./account.js";
import { createCalls } from "./calls.js";
import type { Channel } from "./channel.js";
import type { Clock } from "./clock.js";
import { createNotifications } from "./notifications.js";
import type { Observer } from "./observer.js";
import type { SessionFacts } from "./open-answer.js";
import { createRecords } from "./records.js";
import type { FrameReading } from "./records.js";
import { createRequests } from "./requests.js";
import type { ScriptOutcome, SessionState } from "./requests.js";

/** One session: what a sandbox sends goes in, answers go out by its channel, the account tells what it was. */
export interface Session {
  readonly state: SessionState;
  /** What the script handed over, once it has. */
  readonly outcome: ScriptOutcome | undefined;
  readonly account: Account;
  /** What stdout held, in order. */
  receive(events: readonly ByteEvent[]): void;
  receiveStderr(bytes: Buffer): void;
  /** The channel has room again. */
  resume(): void;
  /** The run is over: nothing is executed or answered from here on. */
  end(): void;
}

/** What a session needs from around it. It has no clock, ids or process of its own. */
export interface SessionParts {
  readonly facts: SessionFacts;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly observer: Observer;
}

/** Creates a session that waits for its `session.open`. */
export function createSession({ facts, channel, clock, observer }: SessionParts): Session {
  const account = createAccount(facts.limits.maxOutputBytes, observer);
  const calls = createCalls({ surroundings: facts, account, channel, clock, observer });
  const requests = createRequests(facts, calls, account, channel);
  const notify = createNotifications(account, calls, observer);

  const take = (reading: FrameReading): void => {
    switch (reading.kind) {
      case "request":
        return requests.receive(reading.id, reading.method, reading.params);
      case "notification":
        return notify(reading.method, reading.params, requests.state !== "new");
      case "invalid":
        return requests.refuseInvalid(reading.id, reading.fault);
      case "answer":
        // Never answered, so that errors can't bounce.
        account.violate("call:answer:never-answered", "a frame without `method` was dropped");
    }
  };
  const record = createRecords(facts.limits, account, channel, take);

  return {
    get state() {
      return requests.state;
    },
    get outcome() {
      return requests.outcome;
    },
    account,
    receive(events) {
      for (const event of events) {
        if (event.kind === "record") observer.frame?.("from-sandbox", event.text);
        record(event);
      }
    },
    receiveStderr: (bytes) => account.print("stderr", bytes),
    resume: () => calls.resume(),
    end: () => calls.end(),
  };
}
