import { join } from "node:path";
import type { Materialized } from "../methods/materialized.js";
import { numberedFileName, safeFileName } from "../methods/safe-file-name.js";
import type { ContentId, Store } from "../store/store.js";
import type { ContentCache } from "./content-cache.js";

/**
 * Materialised files of an isolated session: hard links in a folder that its script sees through a read-only mount,
 * so that it can neither change their bytes nor their modes (`data:materialize:read-only`).
 */
export function createLinkedFiles(store: Store, inputs: string, cache: ContentCache): Materialized {
  const made = new Map<string, { readonly content: ContentId; readonly path: Promise<string> }>();
  const names = new Set<string>();

  const nameFor = (wanted: string): string => {
    const safe = safeFileName(wanted);
    for (let n = 1; ; n += 1) {
      const name = numberedFileName(safe, n);
      if (names.has(name)) continue;
      names.add(name);
      return name;
    }
  };

  return {
    pathOf({ info, content }) {
      const before = made.get(info.id);
      if (before?.content === content) return before.path;
      const to = join(inputs, nameFor(info.name));
      const path = cache.link(store, content, info.size, to).then(() => to);
      made.set(info.id, { content, path });
      // The next call tries again.
      path.catch(() => made.delete(info.id));
      return path;
    },
  };
}
