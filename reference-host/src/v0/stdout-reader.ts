import type { Limits } from "@sandpipe/spec/v1";
import { createDemultiplexer } from "../bytes/demultiplexer.js";
import type { Session } from "../session/session.js";
import { createLineDecoder } from "./line-decoder.js";
import type { SessionV0 } from "./session.js";

/** A version that a host can speak. */
export type Version = 0 | 1;

/** Reads stdout of a sandbox in whichever version it speaks. */
export interface StdoutReader {
  /** Undefined until a sandbox that is offered both has chosen. */
  readonly version: Version | undefined;
  /** The session that the sandbox is in, or was in at its end. */
  readonly spoken: Session | SessionV0;
  push(chunk: Buffer): void;
  end(): void;
}

/** What a reader chooses between. */
export interface StdoutReaderParts {
  readonly protocols: readonly Version[];
  readonly limits: Limits;
  readonly v1: Session;
  readonly v0: SessionV0;
}

/** Creates the reader; where both versions are offered it holds the latch between them. */
export function createStdoutReader({ protocols, limits, v1, v0 }: StdoutReaderParts): StdoutReader {
  const { maxFrameBytes, maxDepth, maxOutputBytes } = limits;
  const demultiplexer = createDemultiplexer(maxFrameBytes);
  const offersBoth = protocols.includes(0) && protocols.includes(1);
  const lines = createLineDecoder({
    // What is kept as output anyway may be held.
    maxLineBytes: Math.max(maxFrameBytes, maxOutputBytes),
    ...(offersBoth && { offersV1: { maxFrameBytes, maxDepth } }),
  });
  let version: Version | undefined = offersBoth ? undefined : protocols.includes(0) ? 0 : 1;

  const become1 = (rest: Buffer): void => {
    version = 1;
    v1.receive(demultiplexer.push(rest));
  };

  const take = (events: ReturnType<typeof lines.push>): void => {
    for (const event of events) {
      if (event.kind === "frame") become1(event.rest);
      else {
        if (event.kind === "request") version = 0;
        v0.receive(event);
      }
    }
  };

  /** An open over HTTP latches as well. */
  const heedHttp = (): void => {
    if (version === undefined && v1.state !== "new") become1(lines.release());
  };

  return {
    get version() {
      return version;
    },
    get spoken() {
      if (version === 0) return v0;
      // Whoever chose nothing made no call: what it printed may be a result of version 0 all the same.
      return version === undefined && v1.state === "new" && v0.outcome ? v0 : v1;
    },
    push(chunk) {
      heedHttp();
      if (version === 1) v1.receive(demultiplexer.push(chunk));
      else take(lines.push(chunk));
    },
    end() {
      heedHttp();
      if (version === 1) v1.receive(demultiplexer.end());
      else take(lines.end());
    },
  };
}
