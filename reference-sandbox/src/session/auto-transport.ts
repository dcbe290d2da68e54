import type { Failure } from "../errors.js";
import type { Clock } from "./clock.js";
import type { FrameKind, Transport, TransportEvents } from "./transport.js";

type Make = (events: TransportEvents) => Transport;

/** What `auto` chooses from. */
export interface AutoTransportParts {
  readonly stdio: Make;
  /** Undefined without a SANDPIPE_HTTP_URL. */
  readonly http: (() => Promise<Make>) | undefined;
  readonly clock: Clock;
  readonly openTimeoutMs: number;
  /** Whether a program holds the other end of stdin, so that its end is the host's (`life:eof:http`). */
  readonly isStdinHeld: () => boolean;
  readonly events: TransportEvents;
}

/**
 * Asks on stdio and, without an answer, over HTTP; whichever answers first keeps the session for good
 * (`fallback:switch:never-later`). Only the first request, `session.open`, is ever sent on both.
 */
export function createAutoTransport(parts: AutoTransportParts): Transport {
  const { clock, openTimeoutMs, events } = parts;
  const stdioHeld = parts.isStdinHeld();
  let phase: "stdio-asked" | "stdio" | "http-asked" | "http" = "stdio-asked";
  let open: { readonly json: string; readonly id: unknown } | undefined;
  let current: Transport;
  let alive = true;
  /** Sent before the choice was made: it must not go on both ways (`fallback:open:only-open-twice`). */
  let early: [json: string, kind: FrameKind, id?: unknown][] = [];
  let stopTimer: (() => void) | undefined;

  const chosen = (by: "stdio" | "http"): void => {
    phase = by;
    stopTimer?.();
    for (const frame of early) current.send(...frame);
    early = [];
  };

  const stdio = parts.stdio({
    onFrame(frame) {
      if (phase === "stdio-asked" && frame["method"] === undefined && frame["id"] === open?.id)
        chosen("stdio");
      // fallback:late-answer:ignored
      if (phase === "stdio-asked" || phase === "stdio") events.onFrame(frame);
    },
    onFailed: events.onFailed,
    onLost(reason) {
      // `fallback:auto:closed-stdin`
      if (phase === "stdio-asked") void fallBack(reason);
      else if (phase === "stdio" || (phase === "http" && stdioHeld)) events.onLost(reason);
      // Before HTTP has answered, an end of stdin means nothing any more.
    },
  });
  current = stdio;

  const fallBack = async (reason: string): Promise<void> => {
    if (phase !== "stdio-asked") return;
    phase = "http-asked";
    stopTimer?.();
    // `fallback:auto:no-url`
    if (parts.http === undefined) {
      events.onLost(`${reason}, and there is no SANDPIPE_HTTP_URL to fall back to`);
      return;
    }
    const asked = open;
    const fail = (failure: Failure): void => events.onLost(`${reason}; over HTTP: ${failure.message}`);
    const make = await parts.http();
    current = make({
      onFrame(frame) {
        if (phase === "http-asked") chosen("http");
        events.onFrame(frame);
      },
      onFailed(id, failureOf) {
        if (phase === "http-asked") fail(failureOf("session.open"));
        else events.onFailed(id, failureOf);
      },
      onLost: events.onLost,
    });
    current.hold(alive);
    stdio.hold(false);
    if (asked !== undefined) current.send(asked.json, "request", asked.id);
  };

  return {
    get name() {
      return current.name;
    },
    get maxInFlight() {
      return current.maxInFlight ?? Infinity;
    },
    send(json, kind, id) {
      if (phase === "stdio" || phase === "http") current.send(json, kind, id);
      else if (open !== undefined) early.push([json, kind, id]);
      else {
        open = { json, id };
        const reason = `no answer to session.open on stdio within ${openTimeoutMs} ms`;
        // `fallback:auto:silent-host`
        stopTimer = clock.after(openTimeoutMs, () => void fallBack(reason));
        stdio.send(json, kind, id);
      }
    },
    hold(wanted) {
      alive = wanted;
      current.hold(wanted);
    },
    flushSync: (maxMs) => current.flushSync(maxMs),
    setSynchronous: (maxMs) => current.setSynchronous(maxMs),
    setMaxFrameBytes: (bytes) => current.setMaxFrameBytes(bytes),
  };
}
