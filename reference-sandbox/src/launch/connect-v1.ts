import { createCapture, type Capture } from "../capture/capture.js";
import type { Clock } from "../session/clock.js";
import { createSession, type SessionParts } from "../session/session.js";
import type { Transport } from "../session/transport.js";
import type { TransportMaker } from "./open-transport.js";
import type { Connected } from "./start.js";

/** What the connection of version 1 is made of. */
export interface ConnectV1Parts {
  readonly makeTransport: TransportMaker;
  readonly pipelined: boolean;
  readonly clock: Clock;
  readonly onStop: SessionParts["onStop"];
}

/** Ties session, transport and capture together: prints leave before the frame that was sent after them. */
export function connectV1({ makeTransport, pipelined, clock, onStop }: ConnectV1Parts): Connected {
  let wire: Transport | undefined;
  let capture: Capture | undefined;
  const session = createSession({
    clock,
    pipelined,
    createTransport(events) {
      const transport = makeTransport(events);
      const prints = createCapture({
        send: (json) => transport.send(json, "notification"),
        push: () => transport.flushSync(0),
        maxFrameBytes: () => session.limits.maxFrameBytes,
      });
      wire = transport;
      capture = prints;
      const send: Transport["send"] = (json, kind, id) => {
        // `output:print:frames-intact`
        prints.flush();
        transport.send(json, kind, id);
      };
      // Inherits: what a transport is called, and its bound, may change with its choice.
      return Object.assign(Object.create(transport) as Transport, { send });
    },
    onStop,
  });
  if (wire === undefined || capture === undefined) throw new Error("the session made no transport");
  return { session, transport: wire, capture };
}
