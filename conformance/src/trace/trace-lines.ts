import { redactCommand, type Redact } from "../report/redact.js";
import { shorten, visible } from "../report/visible.js";
import { createDecoder, type WireEvent } from "../wire/decode.js";
import type { TapMessage } from "./tap-message.js";

/** Turns what one tap tells into lines for a person, as it comes. */
export interface TraceLines {
  take(message: TapMessage, body: Uint8Array): readonly string[];
}

export interface TraceLinesParts {
  /** Milliseconds since the trace began. */
  elapsed(): number;
  readonly redact: Redact;
  /** Characters of a payload; longer ones lose their middle. */
  readonly most: number;
  /** In front of each line where several sandboxes are traced. */
  readonly name: string;
}

/** A trace shows what goes by, whatever its size. */
const DECODE_LIMITS = { maxFrameBytes: 64 * 1_048_576, maxDepth: 100_000 };
const ARROW = { host: "host → sandbox", sandbox: "sandbox → host" } as const;

/** Creates the lines of one sandbox's trace. */
export function createTraceLines({ elapsed, redact, most, name }: TraceLinesParts): TraceLines {
  const decoders = { host: createDecoder(DECODE_LIMITS), sandbox: createDecoder(DECODE_LIMITS) };
  const line = (arrow: string, text: string): string =>
    `${elapsed().toFixed(1).padStart(9)}  ${name}${arrow.padEnd(14)}  ${text}`;
  const show = (source: "host" | "sandbox", events: readonly WireEvent[]): string[] =>
    events.map((event) => {
      if (event.kind === "violation") return line(ARROW[source], `(no frame: ${event.violation})`);
      const text =
        event.kind === "frame" ? `\u001e${event.text}\n` : Buffer.from(event.bytes).toString("utf8");
      const size = event.kind === "frame" ? event.bytes + 2 : event.bytes.length;
      const what = event.kind === "frame" ? "" : "output ";
      // Before it is shortened: a secret that is cut in two isn't known any more.
      return line(ARROW[source], what + shorten(visible(redact(text)), most, size));
    });
  return {
    take(message, body) {
      switch (message.tap) {
        case "start": {
          const command = redactCommand(message.command, redact).join(" ");
          return [line("·", `the host starts ${command}, process ${message.pid}`)];
        }
        case "bytes":
          return show(message.source, decoders[message.source].push(body));
        case "end":
          return [...show("host", decoders.host.end()), line("·", "the host ends stdin")];
        case "exit":
          return [
            ...show("sandbox", decoders.sandbox.end()),
            line("·", `the sandbox exits with ${message.signal ?? message.code}`),
          ];
      }
    },
  };
}
