import { constants } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** The folders that DuckDB may reach. They can be named only until it starts: then its configuration is locked. */
export interface Fence {
  /** The folder that is always inside. */
  home(): string;
  /** The folders, from now on fixed. */
  close(): readonly string[];
  /** Admits a file that the host has laid out; the path at which DuckDB may read it. */
  admit(path: string): Promise<string>;
}

/**
 * Creates the fence around the scratch folder. A file elsewhere that comes before DuckDB starts has its folder added;
 * one that comes later is cloned into scratch (links don't help: DuckDB looks behind symbolic ones, and hard ones
 * don't cross a read-only mount).
 */
export function createFence(scratch: () => string | undefined, fallback: string): Fence {
  const folders = new Set<string>();
  let closed = false;
  const home = (): string => scratch() ?? fallback;
  const isInside = (path: string): boolean =>
    [home(), ...folders].some((folder) => {
      const way = relative(folder, path);
      return way !== "" && !way.startsWith("..");
    });
  return {
    home,
    close() {
      closed = true;
      return [home(), ...folders];
    },
    async admit(path) {
      if (isInside(path)) return path;
      if (!closed) {
        folders.add(dirname(path));
        return path;
      }
      const { copyFile, mkdtemp } = process.getBuiltinModule("node:fs/promises");
      const copy = join(await mkdtemp(join(home(), "file-")), basename(path));
      await copyFile(path, copy, constants.COPYFILE_FICLONE);
      return copy;
    },
  };
}
