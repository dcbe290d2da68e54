import { writeSync } from "node:fs";
import { inspect } from "node:util";
import type { Session } from "../session/session.js";
import type { Capture } from "../capture/capture.js";
import { OUT_DESCRIPTOR } from "../wire/stdio-transport.js";
import type { Connected } from "./start.js";

const STDERR = 2;

/** Prints and the result go to the terminal too, not to the host alone. Only over HTTP: stdio has its frames there. */
export function showHere(connected: Connected): Connected {
  const write = (descriptor: number, chunk: string | Uint8Array): void => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    } catch {
      // Nobody looks.
    }
  };
  const { capture, session } = connected;
  const print: Capture["print"] = (stream, chunk) => {
    write(stream === "stdout" ? OUT_DESCRIPTOR : STDERR, chunk);
    capture.print(stream, chunk);
  };
  const finish: Session["finish"] = (result) => {
    if (!result.ok)
      write(STDERR, `${result.error.stack ?? `${result.error.name}: ${result.error.message}`}\n`);
    else if (result.value !== null) write(OUT_DESCRIPTOR, `${shown(result.value)}\n`);
    return session.finish(result);
  };
  return {
    ...connected,
    capture: { ...capture, print },
    session: Object.assign(Object.create(session) as Session, { finish }),
  };
}

/** As the host will see it. */
function shown(value: unknown): string {
  return typeof value === "string" ? value : inspect(JSON.parse(JSON.stringify(value)), { depth: 6 });
}
