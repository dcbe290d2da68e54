import { isJsonType } from "./guard.js";
import { cut, refuse } from "./answer.js";
import type { Delivery } from "./delivery.js";
import type { Door } from "./door.js";
import { readBody } from "./read-body.js";
import { WRONG_TYPE, tooLarge } from "./refusals.js";

/** `POST /api/mcp/rpc`: one frame's JSON, answered as on stdio (`http:rpc:same-answers`). */
export function answerRpc(delivery: Delivery, door: Door): void {
  const { req, res } = delivery;
  if (!isJsonType(req.rawHeaders)) return refuse(req, res, WRONG_TYPE);
  const { session, facts } = door;
  const { maxFrameBytes } = facts.limits;
  door.bodies.take((end) => {
    delivery.settled(end);
    if (delivery.gone) return end();
    readBody(req, res, maxFrameBytes, {
      whole(body) {
        end();
        door.receive(body, delivery);
      },
      tooLarge() {
        end();
        session.account.violate("http:rpc:too-large", "an HTTP body was larger than maxFrameBytes");
        cut(req, res, tooLarge(maxFrameBytes));
      },
    });
  });
}
