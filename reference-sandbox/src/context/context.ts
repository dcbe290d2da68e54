import type { Methods, SessionInfo } from "@sandpipe/spec/v1";
import { SandpipeError } from "../errors.js";
import type { CallOptions } from "../session/calls.js";
import type { Session } from "../session/session.js";

export type { CallOptions } from "../session/calls.js";

/** What a script gets. */
export interface Context {
  readonly params: unknown;
  readonly session: SessionInfo;
  readonly signal: AbortSignal;
  call<M extends keyof Methods>(
    method: M,
    params?: Methods[M]["params"],
    options?: CallOptions,
  ): Promise<Methods[M]["result"]>;
  call(method: string, params?: object, options?: CallOptions): Promise<unknown>;
}

export function createContext(session: Session): Context {
  return {
    get params() {
      return session.info?.script.params;
    },
    get session() {
      return session.info?.session as SessionInfo;
    },
    signal: session.signal,
    async call(method: string, params?: object, options: CallOptions = {}) {
      const outcome = await session.call(method, params, options);
      if ("failure" in outcome) throw new SandpipeError(outcome.failure);
      return outcome.result as never;
    },
  };
}
