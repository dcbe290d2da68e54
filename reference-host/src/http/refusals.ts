import { RPC_ERROR } from "@sandpipe/spec/v1";
import type { ErrorKind } from "@sandpipe/spec/v1";
import { errorFrame, kindFrame } from "../frames/write-frame.js";

/** An answer from 400 on: its body is an error object with id null (`http:error:body`). */
export interface Refusal {
  readonly status: number;
  readonly json: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const invalid = (status: number, message: string): Refusal => ({
  status,
  json: errorFrame(null, RPC_ERROR.invalidRequest, message),
});
const ofKind = (status: number, kind: ErrorKind, message: string): Refusal => ({
  status,
  json: kindFrame(null, kind, message),
});

/** One answer for every token that isn't this server's: none, wrong, foreign, ended (`http:auth:foreign-token`). */
export const UNAUTHORIZED: Refusal = {
  ...ofKind(401, "unauthorized", "Send the session's token: Authorization: Bearer TOKEN"),
  headers: { "WWW-Authenticate": "Bearer" },
};

export const FOREIGN = ofKind(
  403,
  "unauthorized",
  "Only programs of this machine are served: Host must be 127.0.0.1, localhost or [::1] with the bound port, and there may be no Origin",
);

export const NO_SUCH_PATH = ofKind(404, "not_found", "There is no such path here");

export const WRONG_TYPE = invalid(415, "The body must be sent as Content-Type: application/json");

export const WRONG_EXPECTATION = invalid(417, "The only expectation that is met is 100-continue");

export const UNAVAILABLE = ofKind(503, "unavailable", "The host can't look up sessions now: try again later");

/** The path is there, but not for this HTTP method. */
export function wrongMethod(allow: string): Refusal {
  return { ...invalid(405, `This path takes ${allow} only`), headers: { Allow: allow } };
}

/** A body over maxFrameBytes (`http:rpc:too-large`). */
export function tooLarge(maxFrameBytes: number): Refusal {
  return ofKind(413, "limit_exceeded", `A body may have at most maxFrameBytes (${maxFrameBytes})`);
}

/** What an HTTP parser's error code means to the client. */
export function refusalOfParserError(code: string | undefined): Refusal {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return ofKind(408, "deadline_exceeded", "The request took too long to arrive");
    case "HPE_HEADER_OVERFLOW":
      return ofKind(431, "limit_exceeded", "The request's headers are too large");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return ofKind(413, "limit_exceeded", "The request's chunk extensions are too large");
    default:
      return invalid(400, "The request is no valid HTTP/1.1");
  }
}
