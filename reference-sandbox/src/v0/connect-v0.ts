import { fstatSync } from "node:fs";
import type { Connected, StartParts } from "../launch/start.js";
import type { Settings } from "../launch/settings.js";
import type { Clock } from "../session/clock.js";
import type { SessionParts } from "../session/session.js";
import type { Transport, TransportEvents } from "../session/transport.js";
import { IN_DESCRIPTOR } from "../wire/stdio-transport.js";
import { createLineOutput, createLineTransport, type LineOutput } from "./line-wire.js";
import { createSessionV0 } from "./session-v0.js";

/** What the connection of version 0 is made of. */
export interface ConnectV0Parts {
  readonly settings: Settings;
  readonly token: string | undefined;
  readonly clock: Clock;
}

/**
 * Prepares a session of version 0. It has no open to ask by: `auto` is stdio, or HTTP where there is a URL and stdin is
 * no pipe or socket.
 */
export async function connectV0({
  settings,
  token,
  clock,
}: ConnectV0Parts): Promise<Omit<StartParts, "endsWithStdin">> {
  const { http: address, transport } = settings;
  const isHttp = address !== undefined && (transport === "http" || (transport === "auto" && !isPiped()));
  const { createHttpFiles } = isHttp ? await import("./http-files.js") : {};
  const makeCalls = (output: LineOutput, events: TransportEvents): Transport =>
    address !== undefined && createHttpFiles !== undefined
      ? createHttpFiles({ address, token, clock, events })
      : createLineTransport(output, events);

  const connect = (onStop: SessionParts["onStop"]): Connected => {
    const output = createLineOutput((error) =>
      setImmediate(() => onStop("lost", `the host no longer reads (${error.message})`)),
    );
    const session = createSessionV0({
      clock,
      output,
      createTransport: (events) => makeCalls(output, events),
    });
    return {
      session,
      transport: output,
      capture: { print: output.print, flush() {}, setSynchronous() {} },
    };
  };
  return { connect, early: true };
}

function isPiped(): boolean {
  const stat = fstatSync(IN_DESCRIPTOR);
  return stat.isFIFO() || stat.isSocket();
}
