import { createCapture } from "./capture/capture.js";
import { installBunConsole } from "./capture/install-bun-console.js";
import { installStreams } from "./capture/install-streams.js";
import { createContext } from "./context/context.js";
import { readSettings } from "./launch/settings.js";
import { loadScript } from "./script/load-script.js";
import { toResultValue } from "./script/result-json.js";
import { systemClock } from "./session/clock.js";
import { createSession } from "./session/session.js";
import { createStdioTransport } from "./wire/stdio-transport.js";
import { writeSync } from "node:fs";

function die(exit: number, line: string): never {
  writeSync(2, `sandpipe-sandbox: ${line}\n`);
  process.exit(exit);
}
const settings = readSettings(process.env);
if ("exit" in settings) die(settings.exit, settings.line);
const session = createSession({
  clock: systemClock,
  pipelined: settings.transport === "stdio",
  createTransport(events) {
    const transport = createStdioTransport(events);
    const capture = createCapture({
      send: (json) => transport.send(json, "notification"),
      maxFrameBytes: () => session?.limits.maxFrameBytes ?? 65536,
    });
    installStreams(capture);
    if ("Bun" in globalThis) installBunConsole(capture);
    return { ...transport, send: (json, kind) => (capture.flush(), transport.send(json, kind)) };
  },
  onStop(cause, reason) {
    setImmediate(() => process.exit(cause === "lost" ? 69 : 1));
    void reason;
  },
});
session.open({ name: "node", version: process.version }, []);
const opened = await session.opened;
if (!opened.ok) die(69, opened.reason);
try {
  const main = await loadScript(process.argv[2] as string);
  const value = await main?.(createContext(session));
  const done = await session.finish({ ok: true, value: toResultValue(value) });
  process.exit(done === "acknowledged" ? 0 : 1);
} catch (error) {
  const { name, message, stack } = error as Error;
  await session.finish({ ok: false, error: { name, message, stack: stack ?? "" } });
  process.exit(1);
}
