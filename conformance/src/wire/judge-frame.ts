import * as validators from "#validators";
import { describeFaults } from "../target/describe-faults.js";
import type { WireObject } from "./decode.js";

/** What a frame from a sandbox is, and what is wrong with it. */
export interface JudgedFrame {
  readonly kind: "request" | "notification" | "answer" | "no message";
  readonly faults: readonly FrameFault[];
}

/** One broken rule. */
export interface FrameFault {
  /** Id of the requirement that says so. */
  readonly requirement: string;
  readonly words: string;
  /** Code of the error that answers it; absent where nothing does. */
  readonly code?: number;
}

const PARAMS: Readonly<Record<string, validators.Validator<unknown>>> = {
  "session.open": validators.SessionOpenParams,
  "session.result": validators.SessionResultParams,
  "session.output": validators.SessionOutputParams,
  "session.progress": validators.SessionProgressParams,
  "session.emit": validators.SessionEmitParams,
  "session.cancel": validators.SessionCancelParams,
  "files.list": validators.FilesListParams,
  "files.get": validators.FilesGetParams,
  "files.read": validators.FilesReadParams,
  "files.materialize": validators.FilesMaterializeParams,
  "files.write": validators.FilesWriteParams,
  "files.create": validators.FilesCreateParams,
  "files.append": validators.FilesAppendParams,
  "files.commit": validators.FilesCommitParams,
  "files.adopt": validators.FilesAdoptParams,
  "projects.get": validators.ProjectsGetParams,
  "conversations.get": validators.ConversationsGetParams,
};
const INVALID_REQUEST = -32_600;
const INVALID_PARAMS = -32_602;

/** Holds a frame to the schemas, as a host does that knows nothing of the session. */
export function judgeFrame(frame: WireObject): JudgedFrame {
  if (!("method" in frame)) return judgeAnswer(frame);
  const kind = "id" in frame ? "request" : "notification";
  const validate: validators.Validator<unknown> =
    kind === "request" ? validators.Request : validators.Notification;
  const code = kind === "request" ? { code: INVALID_REQUEST } : {};
  if (!validate(frame)) {
    const requirement = envelopeRequirement(kind, frame, validate.errors?.[0]?.instancePath ?? "");
    return { kind, faults: [{ requirement, words: describeFaults(validate.errors, frame), ...code }] };
  }
  const { method, params = {} } = frame as { readonly method: string; readonly params?: unknown };
  const own = Object.hasOwn(PARAMS, method) ? PARAMS[method] : undefined;
  // `_meta` is taken out before anything looks at the params.
  const { _meta: _, ...given } = Object(params) as Readonly<Record<string, unknown>>;
  if (own === undefined || own(given)) return { kind, faults: [] };
  const words = describeFaults(own.errors, given);
  return kind === "request"
    ? { kind, faults: [{ requirement: "method:params:invalid", words, code: INVALID_PARAMS }] }
    : { kind, faults: [{ requirement: "session:notification:unknown-dropped", words }] };
}

function envelopeRequirement(kind: "request" | "notification", frame: WireObject, path: string): string {
  if (kind === "notification") return "session:notification:unknown-dropped";
  if (path === "/params") return "call:params:by-name";
  if (path === "/id") return "call:id:invalid-refused";
  const { method } = frame;
  return typeof method === "string" && method !== "" && path === "/method"
    ? "method:name:too-long"
    : "call:envelope:invalid-request";
}

function judgeAnswer(frame: WireObject): JudgedFrame {
  const is = "result" in frame || "error" in frame;
  const words = is
    ? "an answer, though a sandbox is never asked: nothing answers it"
    : 'an object without "method", which nothing answers';
  return {
    kind: is ? "answer" : "no message",
    faults: [{ requirement: "call:answer:never-answered", words }],
  };
}
