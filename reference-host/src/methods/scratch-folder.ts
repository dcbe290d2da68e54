import { closeSync, constants, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";

/** A folder held by a descriptor: what a script puts in place of its path doesn't lead the host elsewhere. */
export interface HeldFolder {
  /** As the script knows it. */
  readonly path: string;
  /** A path to that entry of the folder itself; `name` must be one plain name. */
  entry(name: string): string;
  /** Frees the descriptor: were its number reused, entries would lead elsewhere, so nothing may be under way. */
  release(): void;
}

/** The session's scratch folder, held since before the script ran. */
export interface ScratchFolder extends Omit<HeldFolder, "release"> {
  /** True once the session has ended: work that is under way stops. */
  readonly closing: boolean;
  /**
   * Holds a folder in it, made when it isn't there.
   * @throws when the script has put something else there, a link to a folder too
   */
  folder(name: string): HeldFolder;
  /** Does work on entries; the descriptor stays until it is done. */
  use<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for work under way, then frees the descriptor. */
  close(): Promise<void>;
}

/** @throws when the folder isn't there or is a link */
export function openScratchFolder(path: string): ScratchFolder {
  const held = hold(path, path);
  const working = new Set<Promise<unknown>>();
  let closing = false;
  return {
    path,
    entry: held.entry,
    get closing() {
      return closing;
    },
    folder(name) {
      const entry = held.entry(name);
      try {
        mkdirSync(entry, { mode: 0o700 });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      return hold(join(path, name), entry);
    },
    async use(work) {
      if (closing) throw new Error("The session has ended.");
      const promise = work();
      working.add(promise);
      try {
        return await promise;
      } finally {
        working.delete(promise);
      }
    },
    async close() {
      if (closing) return;
      closing = true;
      await Promise.allSettled(working);
      held.release();
    },
  };
}

function hold(path: string, opened: string): HeldFolder {
  const descriptor = openSync(opened, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  // Stands for openat(2). Without /proc the path itself has to do.
  const through = `/proc/self/fd/${descriptor}`;
  const base = existsSync(through) ? through : path;
  return {
    path,
    entry: (name) => join(base, name),
    release() {
      closeSync(descriptor);
    },
  };
}
