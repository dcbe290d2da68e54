import { closeSync, constants, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";

/** A folder held by a descriptor: what a script puts in place of its path doesn't lead the host elsewhere. */
export interface HeldFolder {
  /** As the script knows it. */
  readonly path: string;
  /** A path to that entry of the folder itself; `name` must be one plain name. */
  entry(name: string): string;
}

/** The session's scratch folder, held since before the script ran. */
export interface ScratchFolder extends HeldFolder {
  /** True once the session has ended: work that is under way stops. */
  readonly closing: boolean;
  /**
   * Makes a folder in it and holds that too.
   * @throws EEXIST when the script has made something of that name
   */
  makeFolder(name: string): HeldFolder;
  /** Does work on entries; the descriptors stay until it is done. */
  use<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for work under way, then frees the descriptors: were a number reused, paths would lead elsewhere. */
  close(): Promise<void>;
}

/** @throws when the folder isn't there or is a link */
export function openScratchFolder(path: string): ScratchFolder {
  const descriptors: number[] = [];
  const working = new Set<Promise<unknown>>();
  let closing = false;

  function hold(path: string, opened: string): HeldFolder {
    const descriptor = openSync(opened, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    descriptors.push(descriptor);
    // Stands for openat(2). Without /proc the path itself has to do.
    const through = `/proc/self/fd/${descriptor}`;
    const base = existsSync(through) ? through : path;
    return { path, entry: (name) => join(base, name) };
  }

  const held = hold(path, path);
  return {
    ...held,
    get closing() {
      return closing;
    },
    makeFolder(name) {
      mkdirSync(held.entry(name), { mode: 0o700 });
      return hold(join(path, name), held.entry(name));
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
      for (const descriptor of descriptors) closeSync(descriptor);
    },
  };
}
