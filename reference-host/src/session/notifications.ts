import type { Params } from "@sandpipe/spec/v1";
import {
  SessionCancelParams,
  SessionEmitParams,
  SessionOutputParams,
  SessionProgressParams,
} from "#validators";
import { bytesOfBase64, bytesOfText } from "../bytes/text-bytes.js";
import { isId } from "../frames/names.js";
import { quoted } from "../frames/write-frame.js";
import type { Account } from "./account.js";
import type { Calls } from "./calls.js";
import type { Observer } from "./observer.js";

const REQUIREMENT = "session:notification:unknown-dropped";

/**
 * Creates the receiver of notifications. None is answered and none executes a method
 * (`call:notification:never-executed`); what can't be taken is dropped and counted.
 */
export function createNotifications(
  account: Account,
  calls: Calls,
  observer: Observer,
): (method: string, params: Params, opened: boolean) => void {
  const drop = (why: string): void => void account.violate(REQUIREMENT, why);

  const takeOutput = (params: Params): void => {
    if (!SessionOutputParams(params)) return drop("a malformed session.output was dropped");
    const { text, base64 } = params as { text?: string; base64?: string };
    if ((text === undefined) === (base64 === undefined)) {
      return drop("a session.output without exactly one of text and base64 was dropped");
    }
    // `output:captured:bytes`
    const bytes = base64 === undefined ? bytesOfText(text as string) : bytesOfBase64(base64);
    if (bytes === undefined) return drop("a session.output whose base64 is none was dropped");
    account.print(params.stream, bytes);
  };

  return (method, params, opened) => {
    // `output:captured:always-taken`, `result:after:output-taken`
    if (method === "session.output") return takeOutput(params);
    // `result:after:emit-taken`
    if (!opened) {
      const detail = `the notification ${quoted(method)} came before session.open: dropped`;
      return void account.violate("session:notification:before-open", detail);
    }
    switch (method) {
      case "session.progress":
        if (!SessionProgressParams(params)) return drop("a malformed session.progress was dropped");
        // `session:progress:taken`
        return observer.progress?.(params);
      case "session.emit":
        if (!SessionEmitParams(params)) return drop("a malformed session.emit was dropped");
        return account.emit(params);
      case "session.cancel":
        if (!SessionCancelParams(params) || !isId(params.id)) {
          return drop("a malformed session.cancel was dropped");
        }
        // `limit:in-flight:cancel-gets-through`, `cancel:result:ignored`
        return calls.cancel(params.id);
      default:
        return drop(`the unknown notification ${quoted(method)} was dropped`);
    }
  };
}
