import type { SessionRecord, SessionRegistry } from "./registry.js";

/** Creates the registry of one process; all is answered at once. */
export function createMemoryRegistry(): SessionRegistry {
  const entries = new Map<string, { record: SessionRecord; usedAt: number }>();
  return {
    add: (hash, session, now) => void entries.set(hash, { record: { session, state: "new" }, usedAt: now }),
    find(hash, now, idleMs) {
      const entry = entries.get(hash);
      if (entry === undefined || entry.usedAt + idleMs < now) return undefined;
      entry.usedAt = now;
      return entry.record;
    },
    update(hash, step) {
      const entry = entries.get(hash);
      if (!entry) return false;
      entry.record = { ...entry.record, state: step(entry.record) };
      return true;
    },
    remove: (hash) => void entries.delete(hash),
    expire(hash, usedBefore) {
      const entry = entries.get(hash);
      if (entry && entry.usedAt > usedBefore) return false;
      entries.delete(hash);
      return true;
    },
  };
}
