import { errorFrame } from "../frames/write-frame.js";
import { RPC_ERROR } from "@sandpipe/spec/v1";
import { answerJson, cut, refuse } from "../http/answer.js";
import type { Delivery } from "../http/delivery.js";
import { isJsonType } from "../http/guard.js";
import { readBody } from "../http/read-body.js";
import * as refusals from "../http/refusals.js";
import { isTokenOf } from "../http/token.js";
import type { LiveSessions } from "./live-sessions.js";
import type { Scope } from "./scope.js";

const PATH = "/api/mcp/sessions";
const MAX_BODY_BYTES = 65_536;

/** Whose session an operator asks for; what is absent is the server's own. */
export interface AskedScope {
  readonly project?: string;
  readonly conversation?: string;
}

/** What the operator's routes need. */
export interface OperatorParts {
  readonly tokenHash: string;
  readonly sessions: LiveSessions;
  /** Where sessions are served, as the client of this request reached it. */
  readonly url: () => string;
  /** Finds a scope, or rejects with what to say about it. */
  readonly scopeOf: (asked: AskedScope) => Promise<Scope>;
}

/**
 * Creates the routes of the operator's token, which opens nothing else:
 * `POST /api/mcp/sessions` with `{project?, conversation?}` answers 201 `{session, token, url}`;
 * `DELETE /api/mcp/sessions/{id}` ends that session and answers 204, or 404 where it isn't live here.
 */
export function createOperatorRoutes(parts: OperatorParts): (delivery: Delivery, token: string) => boolean {
  return (delivery, token) => {
    const { req, res } = delivery;
    const path = req.url ?? "";
    if (path !== PATH && !path.startsWith(`${PATH}/`)) return false;
    if (!isTokenOf(token, parts.tokenHash)) return false;
    if (path === PATH) {
      if (req.method !== "POST") refuse(req, res, refusals.wrongMethod("POST"));
      else if (!isJsonType(req.rawHeaders)) refuse(req, res, refusals.WRONG_TYPE);
      else {
        readBody(req, res, MAX_BODY_BYTES, {
          whole: (body) => void issue(delivery, parts, body),
          tooLarge: () => cut(req, res, refusals.tooLarge(MAX_BODY_BYTES)),
        });
      }
    } else if (req.method !== "DELETE") refuse(req, res, refusals.wrongMethod("DELETE"));
    else void end(delivery, parts, path.slice(PATH.length + 1));
    return true;
  };
}

async function issue({ req, res }: Delivery, parts: OperatorParts, body: Buffer): Promise<void> {
  try {
    const scope = await parts.scopeOf(readAsked(body.toString("utf8")));
    const { session, token } = await parts.sessions.issue(scope);
    answerJson(res, 201, JSON.stringify({ session, token, url: parts.url() }));
  } catch (error) {
    refuse(req, res, {
      status: 400,
      json: errorFrame(null, RPC_ERROR.invalidParams, (error as Error).message),
    });
  }
}

async function end({ req, res }: Delivery, { sessions }: OperatorParts, id: string): Promise<void> {
  try {
    if (!(await sessions.end(id, "its operator ended it"))) return refuse(req, res, refusals.NO_SUCH_PATH);
    if (!res.destroyed) res.writeHead(204).end();
  } catch {
    refuse(req, res, refusals.UNAVAILABLE);
  }
}

function readAsked(text: string): AskedScope {
  let asked: unknown;
  try {
    asked = JSON.parse(text);
  } catch {
    asked = undefined;
  }
  const names =
    typeof asked === "object" && asked !== null && !Array.isArray(asked) ? Object.entries(asked) : undefined;
  if (
    names?.every(
      ([name, value]) =>
        ["project", "conversation"].includes(name) && typeof value === "string" && value !== "",
    )
  ) {
    return asked as AskedScope;
  }
  throw new Error('The body must be an object such as {"project":"acme","conversation":"c1"}, or {}');
}
