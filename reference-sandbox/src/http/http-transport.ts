import { lostFailure, type Transport, type TransportEvents } from "../session/transport.js";
import type { Clock } from "../session/clock.js";
import type { ExchangeOutcome } from "./connection.js";
import { createHttpClient } from "./http-client.js";
import type { HttpAddress } from "./http-url.js";
import { createNotifier } from "./notifier.js";
import { readAnswer } from "./read-answer.js";
import { RPC_PATH } from "./rpc-path.js";
import { sendFromChild } from "./send-from-child.js";

/** What a transport over HTTP needs. */
export interface HttpTransportParts {
  readonly address: HttpAddress;
  readonly token: string | undefined;
  readonly clock: Clock;
  /** For the answer of the first request, which is `session.open` (`fallback:timeout:both-legs`). */
  readonly openTimeoutMs: number;
  readonly events: TransportEvents;
  /** Tells people that a print may not have arrived. */
  readonly warn: (line: string) => void;
}

/** More connections than this are never open at once: descriptors are few. */
const MAX_CALLS = 256;
/** For the answer of `session.open`, before the host has told its limits (`limit:receive:open-answer`). */
const UNOPENED_BODY_BYTES = 64 * 1024 * 1024;
/** For a notification: it starts nothing at the host, so its 202 takes no time. */
const NOTIFICATION_MS = 30_000;

/** Speaks to the host by one POST a frame, each sent once; what fails fails alone (`http:call:at-most-once`). */
export function createHttpTransport(parts: HttpTransportParts): Transport {
  const { address, token, clock, openTimeoutMs, events, warn } = parts;
  const client = createHttpClient({ address, token, clock, maxBodyBytes: UNOPENED_BODY_BYTES });
  let opened = false;
  let failures = 0;
  const notifier = createNotifier({
    client,
    clock,
    timeoutMs: () => NOTIFICATION_MS,
    sendElsewhere: (notifications, maxMs) => sendFromChild({ address, token, notifications, maxMs }),
    onFailed(reason) {
      // Once: a host that is gone fails every print.
      if (failures++ === 0) warn(`a print or message may not have reached the host: ${reason}`);
    },
  });

  const settle = (id: unknown, outcome: ExchangeOutcome): void => {
    if ("broken" in outcome) {
      const { broken, sent } = outcome;
      events.onFailed(id, (method) => lostFailure(method, broken, sent));
      return;
    }
    const answer = readAnswer(outcome.response, id);
    if ("frame" in answer) events.onFrame(answer.frame);
    else events.onFailed(id, answer.failureOf);
  };

  const post = (json: string, id: unknown): void => {
    let stopTimer: (() => void) | undefined;
    let settled = false;
    const end = (outcome: ExchangeOutcome): void => {
      if (settled) return;
      settled = true;
      stopTimer?.();
      settle(id, outcome);
    };
    if (!opened) {
      opened = true;
      const broken = `no answer within ${openTimeoutMs} ms`;
      stopTimer = clock.after(openTimeoutMs, () => end({ broken, sent: true }));
    }
    // Never in the caller's stack: it has not finished its own books yet.
    client.send({ method: "POST", path: RPC_PATH, json }, (outcome) => queueMicrotask(() => end(outcome)));
  };

  return {
    name: "http",
    maxInFlight: MAX_CALLS,
    send(json, kind, id) {
      if (kind === "notification") notifier.send(json);
      else if (kind === "request") post(json, id);
      else notifier.whenIdle(() => post(json, id));
    },
    hold: (alive) => client.hold(alive),
    flushSync: (maxMs) => notifier.flushSync(maxMs),
    setSynchronous: (maxMs) => notifier.setSynchronous(maxMs),
    setMaxFrameBytes: (bytes) => client.setMaxBodyBytes(bytes),
  };
}
