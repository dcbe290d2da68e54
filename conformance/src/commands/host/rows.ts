import { nested } from "../../arbitraries/json.js";
import { STANDARD_LIMITS } from "../../target/host-standard-run.js";
import type { RecordKind } from "./command.js";

/** The params of a valid `session.open`. */
export const OPEN = { protocol: 1, runtime: { name: "probe", version: "1" }, features: [] };

/** Which row a request under an id in flight is about. */
export const ROW_OF_DUPLICATE = {
  call: "call:duplicate:refused",
  envelope: "call:duplicate:any-refusal",
  "session.open": "call:duplicate:session-takes-part",
  "session.result": "call:duplicate:session-takes-part",
} as const;

/** Which row a name that is not whitelisted is about, unless the whitelist's exactness. */
export const ROW_OF_UNKNOWN: Readonly<Record<string, string>> = {
  "conformance.hidden": "method:whitelist:hidden-is-unknown",
  toString: "method:whitelist:prototype-names",
};

/** Which row a record that is no frame is about. */
export const ROW_OF_RECORD: Readonly<Record<RecordKind, string>> = {
  "not-json": "frame:violation:not-json",
  "no-jsonrpc": "frame:violation:no-jsonrpc",
  restart: "frame:violation:restart",
  "too-deep": "limit:depth:boundary",
};

/** The records themselves, each as it becomes output. */
export function textsOf(kind: RecordKind, body: string): readonly string[] {
  switch (kind) {
    case "not-json":
      return [`\u001e(${body}\n`];
    case "no-jsonrpc":
      return [`\u001e${JSON.stringify({ body, id: "k:bare", method: "conformance.count" })}\n`];
    case "restart":
      return [`\u001e${body}`, '\u001e{"bare":1}\n'];
    case "too-deep":
      return [`\u001e${JSON.stringify({ jsonrpc: "2.0", x: nested(STANDARD_LIMITS.maxDepth) })}\n`];
  }
}

/** Which row a print before the open is about. */
export function earlyRow(row: string): string {
  return row === "output:captured:in-order" ? "output:captured:always-taken" : row;
}

/** Every row that a whole session can be charged to. */
export const HOST_SESSION_ROWS: readonly string[] = [
  ...["frame:send:well-formed", "frame:violation:session-survives", "frame:violation:listed"],
  ...["frame:violation:cut-end", ...Object.values(ROW_OF_RECORD)],
  ...["call:response:exactly-one", "call:response:own-result", "call:id:echo-type", "call:id:types-distinct"],
  ...["call:envelope:invalid-request", "call:duplicate:finished-served", "call:duplicate:refused"],
  ...["call:duplicate:any-refusal", "call:duplicate:session-takes-part"],
  ...["call:notification:never-executed", "call:answer:never-answered"],
  ...["method:whitelist:exact", "method:whitelist:listed", ...Object.values(ROW_OF_UNKNOWN)],
  ...["error:method:passes-through", "error:internal:no-leak", "error:internal:session-survives"],
  ...["output:raw:byte-exact", "output:captured:in-order", "output:captured:always-taken"],
  ...["output:stderr:apart", "output:print:never-executed"],
  ...["result:accepted:acknowledged", "result:ok:reported", "result:failed:reported"],
  ...["result:exit-code:failed", "result:second:refused", "result:after:calls-cancelled"],
  ...["result:after:requests-refused", "result:after:output-taken", "result:after:emit-taken"],
  ...["session:open:first", "session:open:second-refused", "session:notification:before-open"],
  ...["session:notification:unknown-dropped", "session:progress:taken"],
  ...["session:emit:reported", "session:emit:same-id-replaces"],
  ...["limit:in-flight:busy", "limit:in-flight:not-early", "limit:in-flight:cancel-gets-through"],
  ...["cancel:call:one-response", "cancel:call:prompt", "cancel:call:same-read"],
  ...["cancel:unknown:ignored"],
];
