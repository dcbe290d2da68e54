import type { ByteEvent } from "../bytes/demultiplexer.js";
import { createAccount } from "./account.js";
import type { Account } from "./account.js";
import { createCalls } from "./calls.js";
import type { Channel, Exchange, Transport } from "./channel.js";
import type { Clock } from "./clock.js";
import { createLateRecords } from "./late-records.js";
import { createNotifications } from "./notifications.js";
import type { Observer } from "./observer.js";
import type { SessionFacts } from "./open-answer.js";
import { createPosts } from "./posts.js";
import { createRecords } from "./records.js";
import type { FrameReading } from "./records.js";
import { createRequests } from "./requests.js";
import type { RequestsOptions, ScriptOutcome, SessionState } from "./requests.js";

/** One session: what a sandbox sends goes in, answers go out by its channel, the account tells what it was. */
export interface Session {
  readonly state: SessionState;
  /** What the script handed over, once it has. */
  readonly outcome: ScriptOutcome | undefined;
  /** Which transport the session was opened on, once it was. */
  readonly transport: Transport | undefined;
  readonly account: Account;
  /** Whether `end` was called. */
  readonly ended: boolean;
  /** What stdout held, in order. */
  receive(events: readonly ByteEvent[]): void;
  receiveStderr(bytes: Buffer): void;
  /** The body of one HTTP request, within maxFrameBytes; its exchange gets the answer, now or later. */
  receivePost(body: Buffer, exchange: Exchange): void;
  /** Goes on from where another instance of the host has brought the session, over HTTP. */
  follow(state: SessionState): void;
  /** Answers `cancelled` to every call in flight. */
  cancelCalls(): void;
  /** A channel has room again. */
  resume(): void;
  /** The run is over: nothing is executed or answered from here on. */
  end(): void;
}

/** What a session needs from around it. It has no clock, ids or process of its own. */
export interface SessionParts extends RequestsOptions {
  readonly facts: SessionFacts;
  /** Stdin of the sandbox's process; absent for a session that has none. */
  readonly stdio?: Channel;
  readonly clock: Clock;
  readonly observer: Observer;
  /** Shared where the session is one of two, of which one will turn out to be spoken. */
  readonly account?: Account;
}

/** Creates a session that waits for its `session.open`. */
export function createSession(parts: SessionParts): Session {
  const { facts, stdio, clock, observer } = parts;
  let ended = false;
  const account = parts.account ?? createAccount(facts.limits.maxOutputBytes, observer);
  const calls = createCalls({ surroundings: facts, account, clock, observer });
  const requests = createRequests(facts, calls, account, observer, parts);
  const notify = createNotifications(account, calls, observer);

  const take = (reading: FrameReading, channel: Channel): void => {
    switch (reading.kind) {
      case "request":
        return requests.receive(reading.id, reading.method, reading.params, channel, reading.traceparent);
      case "notification":
        return notify(reading.method, reading.params, requests.transport === channel.transport);
      case "invalid":
        return requests.refuseInvalid(reading.id, reading.fault, channel);
      case "answer":
        // `call:envelope:counted`
        // Never answered, so that errors can't bounce.
        account.violate("call:answer:never-answered", "a frame without `method` was dropped");
    }
  };
  const record = stdio && createRecords(facts.limits, account, stdio, (reading) => take(reading, stdio));
  const lateRecord = createLateRecords(facts.limits, account);
  const post = createPosts(facts.limits, account, take);

  return {
    get state() {
      return requests.state;
    },
    get outcome() {
      return requests.outcome;
    },
    get transport() {
      return requests.transport;
    },
    account,
    receive(events) {
      for (const event of events) {
        if (event.kind === "record") observer.frame?.("from-sandbox", event.text, "stdio");
        // Asked anew for each: what comes behind the open of the other transport comes too late.
        if (record && requests.transport !== "http") record(event);
        else lateRecord(event);
      }
    },
    receivePost(body, exchange) {
      observer.bytes?.("from-sandbox", body.length);
      observer.frame?.("from-sandbox", body.toString("utf8"), "http");
      post(body, exchange);
    },
    follow: (state) => requests.follow(state),
    cancelCalls: () => calls.cancelAll(),
    // `output:stderr:apart`
    receiveStderr: (bytes) => account.print("stderr", bytes),
    resume: () => calls.resume(),
    get ended() {
      return ended;
    },
    end() {
      ended = true;
      calls.end();
    },
  };
}
