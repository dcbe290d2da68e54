import { isUtf8 } from "node:buffer";
import { RPC_ERROR } from "@sandpipe/spec/v1";
import { readFrame } from "../frames/read-frame.js";
import { errorFrame, kindFrame, quoted } from "../frames/write-frame.js";
import type { Account } from "./account.js";
import type { Channel, Exchange } from "./channel.js";
import type { FrameReading } from "./records.js";

const NOT_JSON = errorFrame(
  null,
  RPC_ERROR.parseError,
  "The body is no JSON object in UTF-8: send one frame's JSON, without RS and LF",
);

/**
 * Creates the receiver of HTTP bodies: what a record would be on stdio, with the same answers
 * (`http:rpc:same-answers`), but that a fault is no output and each is answered, however many there are.
 */
export function createPosts(
  limits: { readonly maxDepth: number },
  account: Account,
  frame: (reading: FrameReading, channel: Channel) => void,
): (body: Buffer, exchange: Exchange) => void {
  const { maxDepth } = limits;

  return (body, exchange) => {
    const text = body.toString("utf8");
    const reading = isUtf8(body) ? readFrame(text, maxDepth) : { kind: "not-json" as const };
    switch (reading.kind) {
      case "not-json":
        account.violate("http:rpc:not-json", `no JSON object in a body: ${quoted(text)}`);
        return exchange.reject(NOT_JSON);
      case "too-deep": {
        account.violate("limit:depth:boundary", `deeper than maxDepth (${maxDepth}): ${quoted(text)}`);
        const message = `A frame may nest at most maxDepth (${maxDepth}) deep`;
        return void exchange.send(kindFrame(null, "limit_exceeded", message), "refusal");
      }
      case "no-jsonrpc":
        account.violate("frame:violation:no-jsonrpc", `no \`jsonrpc\` member: ${quoted(text)}`);
        return exchange.accept();
      case "notification":
      case "answer":
        frame(reading, exchange);
        return exchange.accept();
      default:
        frame(reading, exchange);
    }
  };
}
