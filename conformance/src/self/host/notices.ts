import { RPC_ERROR } from "@sandpipe/spec/v1";
import type { WireObject } from "../../wire/decode.js";
import type { Calls, ErrorBody } from "./calls.js";
import type { Deviations } from "./deviations.js";
import { isId, type Named } from "./envelope.js";
import type { Prints } from "./prints.js";
import type { SessionOutcome } from "./session.js";

/** What notifications act on. */
export interface NoticesParts {
  readonly outcome: SessionOutcome;
  readonly deviations: Deviations;
  readonly prints: Prints;
  readonly calls: Calls;
  readonly maxInFlight: number;
  refuse(error: ErrorBody): void;
  send(frame: WireObject): void;
  violate(requirement: string, detail: string): void;
  execute(name: string, params: Named, text: string): void;
}

/** Creates what takes a session's notifications; none is answered or executes a method. */
export function createNotices(parts: NoticesParts): (name: string, params: Named, text: string) => void {
  const { outcome, deviations, prints, calls, refuse, violate } = parts;

  const emit = (params: Named): boolean => {
    if (deviations.has("emit-lost-while-full") && calls.size >= parts.maxInFlight) return true;
    const taken = prints.emitted(params);
    if (taken === "no room" && !deviations.has("dropped-emits-untold"))
      violate("session:emit:limited", "an emit is over maxOutputBytes: dropped");
    return taken !== "malformed";
  };
  const cancel = ({ id }: Named): boolean => {
    if (!isId(id, deviations)) return false;
    if (deviations.has("full-deafens") && calls.size >= parts.maxInFlight) return true;
    if (outcome.result !== undefined && deviations.has("late-cancel-counted")) return false;
    if (!calls.cancel(id) && deviations.has("unknown-cancel-answered"))
      refuse({ code: RPC_ERROR.invalidRequest, message: "no such call" });
    return true;
  };

  return (name, params, text) => {
    if (deviations.has("notifications-executed")) parts.execute(name, params, text);
    if (deviations.has("notifications-answered"))
      refuse({ code: RPC_ERROR.invalidRequest, message: "no id" });
    if (name === "session.output" && prints.captured(params, outcome)) return;
    const emits = outcome.opened || deviations.has("early-emits-taken");
    if (outcome.result !== undefined && name === "session.emit" && deviations.has("late-emits-dropped"))
      return;
    if (emits && name === "session.emit" && emit(params)) return;
    if (outcome.opened && name === "session.progress" && prints.progressed(params)) {
      if (deviations.has("progress-answered"))
        parts.send({ jsonrpc: "2.0", id: null, error: { code: 2000, message: "thanks" } });
      return;
    }
    if (outcome.opened && name === "session.cancel" && cancel(params)) return;
    if (deviations.has("unknown-notifications-answered"))
      refuse({ code: RPC_ERROR.methodNotFound, message: "unknown notification" });
    if (!deviations.has("unknown-notifications-uncounted"))
      violate(
        "session:notification:unknown-dropped",
        `the notification ${name} is unknown, malformed or too early`,
      );
  };
}
