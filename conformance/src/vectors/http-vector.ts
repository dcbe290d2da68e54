import type { SessionGiven } from "./session-vector.js";
import type { BytesPart } from "./vector.js";

/** Exchanges with a host over HTTP, in order, on one session. */
export interface HttpVector {
  readonly id: string;
  readonly why: string;
  readonly given: SessionGiven;
  readonly exchanges: readonly { readonly request: HttpRequest; readonly response: HttpExpectation }[];
  readonly requirements: readonly string[];
  /** Without it in the host, the vector doesn't apply. */
  readonly feature?: string;
  readonly flags?: readonly string[];
}

/** `{PORT}`, `{TOKEN}` and `{OTHER_TOKEN}` stand for those of the session. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: readonly BytesPart[];
  /** Without Content-Length. */
  readonly chunked?: true;
}

/** Members that are absent are not judged. */
export interface HttpExpectation {
  readonly status: number;
  /** JSON, with wildcards. */
  readonly body?: unknown;
  readonly bytes?: readonly BytesPart[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of headers that must not be there. */
  readonly absent?: readonly string[];
}
