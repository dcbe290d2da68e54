import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeOwnedFolder, removeFolder } from "./owned-folder.js";

/** What one session has on the disk. */
export interface SessionFolder {
  /** Where the script may write. */
  readonly scratch: string;
  /** Where the host puts materialised files; an isolated script sees it through a read-only mount. */
  readonly inputs: string;
  /** The path of something of the host's own, such as a socket, that no script's name can clash with. */
  own(name: string): string;
  /** Removes all of it. Throws nothing. */
  remove(): void;
}

/** Makes the folder of a session; only this user can enter it. */
export function createSessionFolder(): SessionFolder {
  const path = makeOwnedFolder();
  const scratch = join(path, "scratch");
  const inputs = join(path, "inputs");
  mkdirSync(scratch, { mode: 0o700 });
  mkdirSync(inputs, { mode: 0o700 });
  return { scratch, inputs, own: (name) => join(path, name), remove: () => removeFolder(path) };
}
