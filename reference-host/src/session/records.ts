import { RPC_ERROR } from "@sandpipe/spec/v1";
import type { ByteEvent } from "../bytes/demultiplexer.js";
import { bytesOfText } from "../bytes/text-bytes.js";
import { readFrame } from "../frames/read-frame.js";
import type { Reading } from "../frames/read-frame.js";
import { errorFrame, kindFrame, quoted } from "../frames/write-frame.js";
import type { Account } from "./account.js";
import type { Channel } from "./channel.js";

/** A record that is a frame. */
export type FrameReading = Exclude<Reading, { kind: "not-json" | "no-jsonrpc" | "too-deep" }>;

const LIMIT = "limit_exceeded";

/**
 * Creates the receiver of what the demultiplexer finds: output is kept, a frame goes on to `frame`, a violation is
 * counted, kept as output and answered as the table in section 3 of the protocol says. None ends the session
 * (`frame:violation:session-survives`).
 */
export function createRecords(
  limits: { readonly maxFrameBytes: number; readonly maxDepth: number },
  account: Account,
  channel: Channel,
  frame: (reading: FrameReading) => void,
): (event: ByteEvent) => void {
  const keep = (text: string): void => account.print("stdout", bytesOfText(text));
  const refuse = (json: string): void => void channel.send(json, "refusal");
  const notJson = (message: string): string => errorFrame(null, RPC_ERROR.parseError, message);
  const oversized = `A frame may have at most maxFrameBytes (${limits.maxFrameBytes}) between RS and LF`;

  const record = (text: string): void => {
    const reading = readFrame(text, limits.maxDepth);
    switch (reading.kind) {
      case "not-json":
        keep(`\u001e${text}\n`);
        if (
          account.violate("frame:violation:not-json", `no JSON object between RS and LF: ${quoted(text)}`)
        ) {
          refuse(notJson("No JSON object between RS and LF"));
        }
        return;
      case "no-jsonrpc":
        keep(`\u001e${text}\n`);
        account.violate("frame:violation:no-jsonrpc", `no \`jsonrpc\` member: ${quoted(text)}`);
        return;
      case "too-deep":
        keep(`\u001e${text}\n`);
        if (
          account.violate(
            "limit:depth:boundary",
            `deeper than maxDepth (${limits.maxDepth}): ${quoted(text)}`,
          )
        ) {
          refuse(kindFrame(null, LIMIT, `A frame may nest at most maxDepth (${limits.maxDepth}) deep`));
        }
        return;
      default:
        frame(reading);
    }
  };

  return (event) => {
    switch (event.kind) {
      case "record":
        return record(event.text);
      case "output":
        return account.print("stdout", event.bytes);
      case "undecodable":
        account.print("stdout", event.bytes);
        if (account.violate("frame:violation:not-json", "the bytes between RS and LF are no UTF-8")) {
          refuse(notJson("The bytes between RS and LF are no UTF-8"));
        }
        return;
      case "restarted":
        account.print("stdout", event.bytes);
        if (account.violate("frame:violation:restart", "an RS came before the LF of the record before it")) {
          refuse(notJson("An RS came before the LF of the record before it"));
        }
        return;
      case "cut":
        account.print("stdout", event.bytes);
        account.violate("frame:violation:cut-end", "stdout ended before the LF of its last record");
        return;
      case "oversized":
        account.skippedBytes += event.size;
        if (
          account.violate("limit:frame:in-boundary", `${event.size} bytes between RS and LF: skipped`) &&
          !event.atEnd
        ) {
          refuse(kindFrame(null, LIMIT, oversized));
        }
    }
  };
}
