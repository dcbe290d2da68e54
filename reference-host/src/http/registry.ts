import type { SessionInfo } from "@sandpipe/spec/v1";
import type { SessionState } from "../session/requests.js";
import type { Eventual } from "../store/eventual.js";

/** A session without a process, as every instance of the host knows it. */
export interface SessionRecord {
  readonly session: SessionInfo;
  /** How far it came, on whichever instance. */
  readonly state: SessionState;
}

/**
 * Sessions by the hashes of their tokens (see token.ts; the tokens themselves are kept nowhere). The one in memory
 * serves one process; one in a database lets several instances stand behind a load balancer: each makes its own
 * machine of a session, follows the state that is filed here, and answers `duplicate_id` and `busy` for the calls
 * in flight on itself. A `session.cancel` must reach the instance of its call: let the balancer be sticky by the
 * Authorization header.
 *
 * Times are milliseconds since 1970. An implementation must pass `describeRegistry` in registry-suite.ts.
 */
export interface SessionRegistry {
  /** Files a new session in state `new`, used now. */
  add(hash: string, session: SessionInfo, now: number): Eventual<void>;
  /**
   * The session, used now; undefined where the token was never given out, is void, or was not used for `idleMs`:
   * whoever should have ended it may be gone.
   */
  find(hash: string, now: number, idleMs: number): Eventual<SessionRecord | undefined>;
  /**
   * Runs `step` once on the session's record while no other instance can, and files the state that it returns: so
   * one open and one result are accepted among all instances. False, without a step, where the token is void.
   */
  update(hash: string, step: (record: SessionRecord) => SessionState): Eventual<boolean>;
  /** Makes a token void on every instance; one that is void already is no error. */
  remove(hash: string): Eventual<void>;
  /** The same, unless it was used after `usedBefore`; true: it is void now. */
  expire(hash: string, usedBefore: number): Eventual<boolean>;
}
