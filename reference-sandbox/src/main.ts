import { writeSync } from "node:fs";
import { SANDBOX_EXIT, type RuntimeInfo } from "@sandpipe/spec/v1";
import { createCapture, type Capture } from "./capture/capture.js";
import { installBunConsole } from "./capture/install-bun-console.js";
import { installBunStdout } from "./capture/install-bun-stdout.js";
import { installStreams } from "./capture/install-streams.js";
import { createContext } from "./context/context.js";
import { createDatasources } from "./datasources/index.js";
import { createLife } from "./launch/life.js";
import { readSettings } from "./launch/settings.js";
import { takeToken } from "./launch/token.js";
import { startRun } from "./script/run-script.js";
import { toScriptError } from "./script/script-error.js";
import { systemClock } from "./session/clock.js";
import { createSession } from "./session/session.js";
import type { Transport } from "./session/transport.js";
import { createStdioTransport } from "./wire/stdio-transport.js";

/** How long a script that is told to stop may still clean up, at most. */
const WIND_DOWN_MS = 250;
/** How long a host that is gone or closing may take for what is still to be sent. */
const LAST_FLUSH_MS = 500;
const SIGTERM_EXIT = 128 + 15;
const FEATURES = ["files.write", "materialize", "emit", "progress", "lateScript"] as const;

function refuse(exit: number, line: string): never {
  writeSync(2, `sandpipe-sandbox: ${line}\n`);
  process.exit(exit);
}

takeToken();
const settings = readSettings(process.env);
if ("exit" in settings) refuse(settings.exit, settings.line);
if (settings.transport === "http")
  refuse(SANDBOX_EXIT.unavailable, "transport http is not in this build yet: use SANDPIPE_TRANSPORT=stdio");
const [, , scriptPath, ...scriptArguments] = process.argv;
process.argv.splice(1, process.argv.length, scriptPath ?? "", ...scriptArguments);

const bun = (process.versions as Record<string, string | undefined>)["bun"];
const runtime: RuntimeInfo =
  bun === undefined ? { name: "node", version: process.versions.node } : { name: "bun", version: bun };

const otherWay =
  settings.transport === "stdio"
    ? ""
    : settings.httpUrl === undefined
      ? ", and no SANDPIPE_HTTP_URL to fall back to"
      : ", and this build can't fall back to HTTP yet";
let wire: Transport | undefined;
let capture: Capture | undefined;
let stopping = false;

const session = createSession({
  clock: systemClock,
  pipelined: settings.transport === "stdio",
  createTransport(events) {
    const stdio = createStdioTransport(events);
    const prints = createCapture({
      send: (json) => stdio.send(json, "notification"),
      maxFrameBytes: () => session.limits.maxFrameBytes,
    });
    wire = stdio;
    capture = prints;
    // Prints leave before the frame that was sent after them.
    const send: Transport["send"] = (json, kind) => (prints.flush(), stdio.send(json, kind));
    return { ...stdio, send };
  },
  onStop: (cause, reason) =>
    windDown(
      cause === "lost" ? SANDBOX_EXIT.unavailable : SANDBOX_EXIT.failed,
      cause === "lost" ? reason : undefined,
    ),
});
if (wire === undefined || capture === undefined) throw new Error("the session made no transport");
const life = createLife(wire, capture);
session.open(runtime, FEATURES);

installStreams(capture);
if (bun !== undefined) {
  installBunConsole(capture);
  installBunStdout(capture);
}
const datasources = createDatasources(() => session.info?.datasources ?? []);
const context = createContext(session, datasources);
// For scripts whose top-level code is all; not enumerable, so that printing globalThis stays as it is.
Object.defineProperty(globalThis, "ctx", { value: context, configurable: true, writable: true });

const run = startRun({ session, context, path: scriptPath, early: settings.transport === "stdio" });

/** The host wants the end, or is gone: the script's pending calls have failed, and it may clean up, but not for long. */
function windDown(code: number, line: string | undefined): void {
  // Without an answer to session.open there is a better line to say.
  if (stopping || session.info === undefined) return;
  stopping = true;
  life.limitFlush(LAST_FLUSH_MS);
  if (line !== undefined) say(line);
  const end = (): never => life.exit(code);
  setTimeout(end, WIND_DOWN_MS);
  // What runs on database servers is stopped there.
  void Promise.all([run.ended, datasources.close()]).then(end);
}

function leave(line: string): never {
  life.limitFlush(LAST_FLUSH_MS);
  say(line);
  return life.exit(SANDBOX_EXIT.unavailable);
}

process.on("SIGTERM", () => {
  if (session.info === undefined) leave("told to end before the session was open");
  session.stop("the sandbox was told to end (SIGTERM)");
  windDown(SIGTERM_EXIT, undefined);
});

const stopWaiting =
  settings.transport === "auto"
    ? systemClock.after(settings.openTimeoutMs, () =>
        leave(`no answer to session.open on stdio within ${settings.openTimeoutMs} ms${otherWay}`),
      )
    : undefined;
async function leaveUnlessOpened(): Promise<void> {
  const opened = await session.opened;
  stopWaiting?.();
  if (opened.ok) return;
  leave(`no session: ${opened.reason}${opened.lost ? otherWay : ""}`);
}
void leaveUnlessOpened();

const failOutside =
  (event: "uncaughtException" | "unhandledRejection") =>
  (thrown: unknown): void => {
    // A script that listens itself has taken it over; while it is told to stop, abandoned calls reject unheard.
    if (stopping || process.listenerCount(event) > 1) return;
    run.fail(toScriptError(thrown));
  };
process.on("uncaughtException", failOutside("uncaughtException"));
process.on("unhandledRejection", failOutside("unhandledRejection"));

// result:unsettled:reported: nothing of ours keeps the loop alive while no call is pending.
process.on("beforeExit", () => {
  const message =
    "the script waits for something that can never happen: nothing is pending, and it has not returned";
  run.fail({ name: "UnsettledScript", message });
});

async function exitAtEnd(): Promise<void> {
  const end = await run.ended;
  if (stopping) return;
  // Queries that the script left behind are stopped on their servers, as far as those answer.
  const giveUp = new Promise<void>((resolve) => setTimeout(resolve, LAST_FLUSH_MS));
  await Promise.race([datasources.close(), giveUp]);
  // A failed run stays failed; after an ok result a script's own exit code passes through.
  life.exit(end === "ok" ? Number(process.exitCode ?? SANDBOX_EXIT.ok) : SANDBOX_EXIT.failed);
}
void exitAtEnd();

function say(line: string): void {
  try {
    writeSync(2, `sandpipe-sandbox: ${line}\n`);
  } catch {
    // Nobody reads it.
  }
}
