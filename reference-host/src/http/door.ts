import { RESPONSE_BACKLOG_BYTES } from "@sandpipe/spec/v1";
import { countBytes } from "../bytes/text-bytes.js";
import type { Exchange } from "../session/channel.js";
import { holdAnswer } from "./hold-answer.js";
import type { SessionFacts } from "../session/open-answer.js";
import type { Observer } from "../session/observer.js";
import type { Session } from "../session/session.js";
import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import { answerJson, refuse } from "./answer.js";
import type { Delivery } from "./delivery.js";
import { UNAUTHORIZED, UNAVAILABLE } from "./refusals.js";
import { createTurns } from "./turns.js";
import type { Turns } from "./turns.js";

/** Bodies of one session that are read at once: its memory is bounded however many connections it opens. */
const MAX_BODIES = 16;

/** A session as HTTP enters it. */
export interface Door {
  readonly facts: SessionFacts;
  readonly session: Session;
  readonly observer: Observer;
  /** Whose turn it is to be read. */
  readonly bodies: Turns;
  /** Takes a body within maxFrameBytes; what it deserves is delivered, now or later. */
  receive(body: Buffer, delivery: Delivery): void;
}

/** What a door is made of. */
export interface DoorParts {
  readonly facts: SessionFacts;
  readonly session: Session;
  /** Told of what is sent. */
  readonly observer: Observer;
  /** Wraps what may open or finish the session, and must call `dispatch` once unless the session is void. */
  readonly transact?: (dispatch: () => void) => Eventual<boolean>;
}

/** Creates the door of a session. */
export function createDoor({ facts, session, observer, transact }: DoorParts): Door {
  const most = facts.limits.maxFrameBytes + RESPONSE_BACKLOG_BYTES;
  /** Bytes of answers that the system has not taken yet. */
  let waiting = 0;

  const exchangeOf = (delivery: Delivery): Exchange => ({
    transport: "http",
    get congested() {
      return waiting > most;
    },
    send(json, kind, handed) {
      observer.bytes?.("to-sandbox", countBytes(json));
      observer.frame?.("to-sandbox", json, "http");
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
  });

  return {
    facts,
    session,
    observer,
    bodies: createTurns(MAX_BODIES),
    receive(body, delivery) {
      const exchange = exchangeOf(delivery);
      if (!transact || !mayAdvance(body)) return session.receivePost(body, exchange);
      // Answered once it is filed: the client's next call may go to another instance.
      const held = holdAnswer(exchange);
      const dispatch = (): void => session.receivePost(body, held.exchange);
      const { req, res } = delivery;
      const fail = (): void => refuse(req, res, UNAVAILABLE);
      try {
        const done = chain(transact(dispatch), (found) => {
          if (found) held.release();
          else refuse(req, res, UNAUTHORIZED);
        });
        if (done instanceof Promise) done.catch(fail);
      } catch {
        fail();
      }
    },
  };
}

/** Whether a body may hold `session.open` or `session.result`, however its text is escaped. */
function mayAdvance(body: Buffer): boolean {
  return body.includes("session.") || body.includes("\\u");
}
