import type { ScriptError, SessionResultParams } from "@sandpipe/spec/v1";
import type { Context } from "../context/context.js";
import type { Session } from "../session/session.js";
import { loadScript, placeScript } from "./load-script.js";
import { toResultValue } from "./result-json.js";
import { toScriptError } from "./script-error.js";

/** How a run ended, for the exit code. */
export type RunEnd = "ok" | "failed" | "lost";

/** One run of one script, to its acknowledged result. */
export interface Run {
  /** Settles once the host has acknowledged the one result, or is gone. */
  readonly ended: Promise<RunEnd>;
  /** The script failed outside its own promise: an uncaught throw, or nothing left to wait for. */
  fail(error: ScriptError): void;
}

/** What a run needs. */
export interface RunParts {
  readonly session: Session;
  readonly context: Context;
  /** The script named on the command line; else the host names it. */
  readonly path: string | undefined;
  /** Load before the host has answered: only where no other transport can follow. */
  readonly early: boolean;
}

/** Loads the script, calls its default export with `ctx` and hands over what it returned or threw, once. */
export function startRun({ session, context, path, early }: RunParts): Run {
  let sent = false;
  let resolveEnded: (end: RunEnd) => void = () => {};
  const ended = new Promise<RunEnd>((resolve) => (resolveEnded = resolve));

  /** result:once */
  const hand = async (result: SessionResultParams): Promise<void> => {
    if (sent) return;
    sent = true;
    let outcome = await session.finish(result);
    if (typeof outcome === "object" && outcome.code === "limit_exceeded") {
      // limit:send:result-too-large
      const error = { name: "limit_exceeded", message: `the result is too large: ${outcome.message}` };
      outcome = await session.finish({ ok: false, error });
      resolveEnded(outcome === "lost" ? "lost" : "failed");
      return;
    }
    if (outcome === "lost") resolveEnded("lost");
    else resolveEnded(outcome === "acknowledged" && result.ok ? "ok" : "failed");
  };

  const fail = (error: ScriptError): void => void hand({ ok: false, error });

  const load = async (): Promise<unknown> => {
    const answer = session.opened;
    if (!early || path === undefined) await answer;
    const { info } = session;
    const place = path ?? (info === undefined ? undefined : placeScript(info.script, info.scratch?.path));
    if (place === undefined)
      throw new Error(
        "no script: name one on the command line, or in the answer to session.open (script.path, script.source)",
      );
    const module = await loadScript(place);
    await answer;
    return module.default;
  };

  const run = async (): Promise<void> => {
    let result: SessionResultParams;
    try {
      const main = await load();
      // A default export that is no function is the result itself; without one the top-level code was all.
      const value: unknown =
        typeof main === "function" ? await (main as (ctx: Context) => unknown)(context) : main;
      // `result:value:handed-over`
      result = { ok: true, value: toResultValue(value) };
    } catch (thrown) {
      // `result:throw:reported`
      result = { ok: false, error: toScriptError(thrown) };
    }
    await hand(result);
  };
  void run();
  return { ended, fail };
}
