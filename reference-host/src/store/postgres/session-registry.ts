import type { SessionInfo } from "@sandpipe/spec/v1";
import type { SessionRecord, SessionRegistry } from "../../http/registry.js";
import type { Database } from "./database.js";

interface SessionRow {
  session: string;
  state: SessionRecord["state"];
}

/** How long a session that nobody ended or used is kept: its host is gone. */
const ABANDONED_AFTER_MS = 86_400_000;

/** The sessions that all hosts over one database know, in its table `sessions`. */
export interface SharedSessions extends SessionRegistry {
  /** Drops what hosts that were killed have left. */
  sweep(now: number): Promise<void>;
}

/** Keeps sessions by the hashes of their tokens; the tokens themselves never come here (`http:token:constant-time`). */
export function createSharedSessions(database: Database): SharedSessions {
  const { query, repeat } = database;
  return {
    async add(hash, session, now) {
      await query("INSERT INTO sandpipe.sessions VALUES ($1, $2, 'new', $3)", [
        hash,
        JSON.stringify(session),
        now,
      ]);
    },
    async find(hash, now, idleMs) {
      // The instances' clocks differ a little: a use never moves back.
      const [row] = await repeat<SessionRow>(
        `UPDATE sandpipe.sessions SET used_at = greatest(used_at, $2) WHERE hash = $1 AND used_at >= $2 - $3::bigint
         RETURNING session, state`,
        [hash, now, idleMs],
      );
      return row && toRecord(row);
    },
    update: (hash, step) =>
      database.transaction(async (run) => {
        const [row] = await run<SessionRow>(
          "SELECT session, state FROM sandpipe.sessions WHERE hash = $1 FOR UPDATE",
          [hash],
        );
        if (row === undefined) return false;
        await run("UPDATE sandpipe.sessions SET state = $2 WHERE hash = $1", [hash, step(toRecord(row))]);
        return true;
      }),
    async remove(hash) {
      await repeat("DELETE FROM sandpipe.sessions WHERE hash = $1", [hash]);
    },
    async expire(hash, usedBefore) {
      await repeat("DELETE FROM sandpipe.sessions WHERE hash = $1 AND used_at <= $2", [hash, usedBefore]);
      const left = await repeat("SELECT 1 FROM sandpipe.sessions WHERE hash = $1", [hash]);
      return left.length === 0;
    },
    async sweep(now) {
      await repeat("DELETE FROM sandpipe.sessions WHERE used_at < $1", [now - ABANDONED_AFTER_MS]);
    },
  };
}

function toRecord({ session, state }: SessionRow): SessionRecord {
  return { session: JSON.parse(session) as SessionInfo, state };
}
