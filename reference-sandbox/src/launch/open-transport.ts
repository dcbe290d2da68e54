import { createAutoTransport } from "../session/auto-transport.js";
import type { Clock } from "../session/clock.js";
import type { Transport, TransportEvents } from "../session/transport.js";
import { createStdioTransport } from "../wire/stdio-transport.js";
import { isStdinHeld, watchStdin } from "../wire/watch-stdin.js";
import type { Settings } from "./settings.js";

/** Makes the transport that the host asked for. */
export type TransportMaker = (events: TransportEvents) => Transport;

/** What a choice needs. */
export interface OpenTransportParts {
  readonly settings: Settings;
  readonly token: string | undefined;
  readonly clock: Clock;
  readonly warn: (line: string) => void;
}

/** Prepares the transport of SANDPIPE_TRANSPORT. HTTP is loaded only where it is used. */
export async function openTransport({
  settings,
  token,
  clock,
  warn,
}: OpenTransportParts): Promise<TransportMaker> {
  const { transport, openTimeoutMs, http: address } = settings;
  const loadHttp = async (): Promise<TransportMaker> => {
    if (address === undefined) throw new Error("there is no SANDPIPE_HTTP_URL");
    const { createHttpTransport } = await import("../http/http-transport.js");
    return (events) => createHttpTransport({ address, token, clock, openTimeoutMs, events, warn });
  };
  switch (transport) {
    case "stdio":
      // `session:open:waits`, `fallback:stdio:fixed`
      return createStdioTransport;
    case "auto": {
      const http = address === undefined ? undefined : loadHttp;
      return (events) =>
        createAutoTransport({ stdio: createStdioTransport, http, clock, openTimeoutMs, isStdinHeld, events });
    }
    case "http": {
      // `fallback:http:fixed`
      const http = await loadHttp();
      return (events) => {
        let answered = false;
        const onFrame: TransportEvents["onFrame"] = (frame) => {
          answered = true;
          events.onFrame(frame);
        };
        // Before the answer of session.open the end of stdin means nothing.
        watchStdin(() => answered && events.onLost("the host has closed stdin"));
        return http({ ...events, onFrame });
      };
    }
  }
}
