import { RESPONSE_BACKLOG_BYTES } from "@sandpipe/spec/v1";
import { countBytes } from "../bytes/text-bytes.js";
import type { Exchange } from "../session/channel.js";
import type { SessionFacts } from "../session/open-answer.js";
import type { Session } from "../session/session.js";
import { answerJson } from "./answer.js";
import type { Delivery } from "./delivery.js";
import { createTurns } from "./turns.js";
import type { Turns } from "./turns.js";

/** Bodies of one session that are read at once: its memory is bounded however many connections it opens. */
const MAX_BODIES = 16;

/** A session as HTTP enters it. */
export interface Door {
  readonly facts: SessionFacts;
  readonly session: Session;
  /** Whose turn it is to be read. */
  readonly bodies: Turns;
  /** The exchange of one request. */
  exchange(delivery: Delivery): Exchange;
}

/** What a door is made of. */
export interface DoorParts {
  readonly facts: SessionFacts;
  readonly session: Session;
  /** Told of every frame that is sent. */
  readonly sent?: (json: string) => void;
}

/** Creates the door of a session. */
export function createDoor({ facts, session, sent }: DoorParts): Door {
  const most = facts.limits.maxFrameBytes + RESPONSE_BACKLOG_BYTES;
  /** Bytes of answers that the system has not taken yet. */
  let waiting = 0;

  return {
    facts,
    session,
    bodies: createTurns(MAX_BODIES),
    exchange: (delivery) => ({
      transport: "http",
      get congested() {
        return waiting > most;
      },
      send(json, kind, handed) {
        sent?.(json);
        // `http:disconnect:no-cancel`: what was called has run; only its answer has nowhere to go.
        if (delivery.gone) return true;
        const bytes = kind === "response" ? countBytes(json) : 0;
        waiting += bytes;
        delivery.settled(() => {
          waiting -= bytes;
          handed?.();
          session.resume();
        });
        answerJson(delivery.res, 200, json);
        return false;
      },
      accept() {
        if (!delivery.gone) delivery.res.writeHead(202, { "Content-Length": 0 }).end();
      },
      reject: (json) => answerJson(delivery.res, 400, json),
    }),
  };
}
