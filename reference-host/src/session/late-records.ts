import type { ByteEvent } from "../bytes/demultiplexer.js";
import { bytesOfText } from "../bytes/text-bytes.js";
import { readFrame } from "../frames/read-frame.js";
import { quoted } from "../frames/write-frame.js";
import type { Account } from "./account.js";

const REQUIREMENT = "http:latch:stdio-records";

/**
 * Creates the receiver of what comes on stdout once the session speaks HTTP. A late `session.open` is the slower
 * leg of the fallback and leaves no trace (`http:open:latches`); any other record is a violation and kept as
 * output. Nothing is answered: nobody reads stdin for answers any more.
 */
export function createLateRecords(
  limits: { readonly maxDepth: number },
  account: Account,
): (event: ByteEvent) => void {
  const violate = (what: string): void =>
    void account.violate(REQUIREMENT, `${what} came on stdio after the session was opened over HTTP`);

  return (event) => {
    switch (event.kind) {
      case "record": {
        const reading = readFrame(event.text, limits.maxDepth);
        if (reading.kind === "request" && reading.method === "session.open") return;
        account.print("stdout", bytesOfText(`\u001e${event.text}\n`));
        return violate(`the record ${quoted(event.text)}`);
      }
      case "output":
        return account.print("stdout", event.bytes);
      case "oversized":
        account.skippedBytes += event.size;
        return violate(`a record of ${event.size} bytes`);
      default:
        account.print("stdout", event.bytes);
        return violate("a malformed record");
    }
  };
}
