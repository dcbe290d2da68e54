import { DEFAULT_LIMITS, SANDBOX_EXIT, type RuntimeInfo } from "@sandpipe/spec/v1";
import type { Capture } from "../capture/capture.js";
import { installBunConsole } from "../capture/install-bun-console.js";
import { installBunStdout } from "../capture/install-bun-stdout.js";
import { installNodeConsole } from "../capture/install-node-console.js";
import { installStreams } from "../capture/install-streams.js";
import { createContext } from "../context/context.js";
import { startRun } from "../script/run-script.js";
import { toScriptError } from "../script/script-error.js";
import type { Session, SessionParts } from "../session/session.js";
import type { Transport } from "../session/transport.js";
import { INSIDE } from "./inside.js";
import { startWatchdog } from "../watchdog/watchdog.js";
import { IN_DESCRIPTOR } from "../wire/stdio-transport.js";
import { createLife } from "./life.js";
import { say } from "./say.js";

/** A session with the way to its host. */
export interface Connected {
  readonly session: Session;
  readonly transport: Pick<Transport, "flushSync" | "setSynchronous">;
  readonly capture: Capture;
}

/** What a start needs. */
export interface StartParts {
  readonly connect: (onStop: SessionParts["onStop"]) => Connected;
  /** Load the script before the host has answered. */
  readonly early: boolean;
  /** Whether the end of stdin, once the session is open, ends the process (`life:eof:exits`). */
  readonly endsWithStdin: boolean;
}

/** How long a script that is told to stop may still clean up, at most. */
const WIND_DOWN_MS = 250;
/** How long a host that is gone or closing may take for what is still to be sent. */
const LAST_FLUSH_MS = 500;
const SIGTERM_EXIT = 128 + 15;
const FEATURES = ["files.write", "upload", "materialize", "adopt", "emit", "progress", "lateScript"] as const;

/** Opens the session, runs the script of the command line or of the host, and ends the process with its outcome. */
export function start({ connect, early, endsWithStdin }: StartParts): void {
  const [, , scriptPath, ...scriptArguments] = process.argv;
  process.argv.splice(1, process.argv.length, scriptPath ?? "", ...scriptArguments);
  const bun = (process.versions as Record<string, string | undefined>)["bun"];
  const runtime: RuntimeInfo =
    bun === undefined ? { name: "node", version: process.versions.node } : { name: "bun", version: bun };
  let stopping = false;

  const { session, transport, capture } = connect((cause, reason) => {
    // `life:exit:codes`
    if (cause === "lost") windDown(SANDBOX_EXIT.unavailable, reason);
    else if (session.info === undefined) leave(`no session: ${reason}`, SANDBOX_EXIT.failed);
    else windDown(SANDBOX_EXIT.failed, undefined);
  });
  // `session:open:sent-once`, `session:open:before-user-code`
  session.open(runtime, FEATURES);
  // On the way before anything else: the thread comes up while the host answers.
  const watchdog = endsWithStdin
    ? startWatchdog({ descriptor: IN_DESCRIPTOR, exitCode: SANDBOX_EXIT.unavailable })
    : undefined;
  // With no other transport to follow, the end is the host's at any time; the grace is known later.
  if (early) watchdog?.arm(DEFAULT_LIMITS.graceMs);
  const life = createLife(transport, capture, watchdog);

  installStreams(capture);
  if (bun !== undefined) {
    installBunConsole(capture);
    installBunStdout(capture);
  } else installNodeConsole();
  const { context, datasources } = createContext(session);
  // For scripts whose top-level code is all; not enumerable, so that printing globalThis stays as it is.
  Object.defineProperty(globalThis, "ctx", { value: context, configurable: true, writable: true });
  Object.defineProperty(globalThis, INSIDE, { value: true });

  const run = startRun({ session, context, path: scriptPath, early });

  /** The host wants the end, or is gone: the script's pending calls have failed, and it may clean up, but not for long. */
  const windDown = (code: number, line: string | undefined): void => {
    // Without an answer to session.open there is a better line to say.
    if (stopping || session.info === undefined) return;
    stopping = true;
    life.limitFlush(LAST_FLUSH_MS);
    if (line !== undefined) say(line);
    const end = (): never => life.exit(code);
    // `session:close:exits`
    setTimeout(end, WIND_DOWN_MS);
    // What runs on database servers is stopped there.
    void Promise.all([run.ended, datasources.close()]).then(end);
  };

  const leave = (line: string, code: number = SANDBOX_EXIT.unavailable): never => {
    life.limitFlush(LAST_FLUSH_MS);
    say(line);
    return life.exit(code);
  };

  // `life:term:exits`
  process.on("SIGTERM", () => {
    if (session.info === undefined) leave("told to end before the session was open");
    session.stop("the sandbox was told to end (SIGTERM)");
    windDown(SIGTERM_EXIT, undefined);
  });

  const leaveUnlessOpened = async (): Promise<void> => {
    const opened = await session.opened;
    if (!opened.ok) leave(`no session: ${opened.reason}`);
    else watchdog?.arm(opened.result.limits.graceMs);
  };
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

  const exitAtEnd = async (): Promise<void> => {
    // `result:exit:after-acknowledgement`
    const end = await run.ended;
    if (stopping) return;
    // Queries that the script left behind are stopped on their servers, as far as those answer.
    const giveUp = new Promise<void>((resolve) => setTimeout(resolve, LAST_FLUSH_MS));
    await Promise.race([datasources.close(), giveUp]);
    // A failed run stays failed; after an ok result a script's own exit code passes through.
    if (end === "lost") life.limitFlush(LAST_FLUSH_MS);
    const failed = end === "lost" ? SANDBOX_EXIT.unavailable : SANDBOX_EXIT.failed;
    // `result:exit:code`
    life.exit(end === "ok" ? Number(process.exitCode ?? SANDBOX_EXIT.ok) : failed);
  };
  void exitAtEnd();
}
