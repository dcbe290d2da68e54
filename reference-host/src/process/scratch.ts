import { chmodSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of one session's own. */
export interface Scratch {
  readonly path: string;
  /** Removes it with everything in it, whatever modes the script gave to it. Throws nothing. */
  remove(): void;
}

/** Makes an empty scratch folder that only this user can enter. */
export function createScratch(): Scratch {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "sandpipe-")));
  return {
    path,
    remove() {
      try {
        rmSync(path, { recursive: true, force: true, maxRetries: 3 });
      } catch {
        removeLocked(path);
      }
    },
  };
}

/** A script may have taken its own folders' write bits: give them back, then remove. */
function removeLocked(path: string): void {
  try {
    unlock(path);
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Somebody outside the group still writes there: nothing more can be done without isolation.
  }
}

function unlock(folder: string): void {
  chmodSync(folder, 0o700);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Not followed: a link may lead anywhere.
    if (lstatSync(path).isDirectory()) unlock(path);
  }
}
