import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import type { BigIntStats } from "node:fs";
import { lstat, open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Store, StoredFile } from "../store/store.js";
import { numberedFileName, safeFileName } from "./safe-file-name.js";
import type { HeldFolder, ScratchFolder } from "./scratch-folder.js";

/** Bytes copied at a time: other calls are served between two parts. */
const PART_BYTES = 262_144;

/** The files that a session has got as paths. */
export interface Materialized {
  /** The path of a copy of the file's bytes, the same for the same file; made anew when it was changed or removed. */
  pathOf(file: StoredFile): Promise<string>;
}

interface Copy {
  readonly name: string;
  /** How it was left; a script that changed it can't set its change time back. */
  readonly left: BigIntStats;
}

/**
 * Copies into a folder `inputs` of the scratch folder, made at the first file. Never a link to bytes of the host's
 * own: a script of the same user could write through it (`data:materialize:host-unharmed`).
 */
export function createMaterialized(store: Store, scratch: ScratchFolder): Materialized {
  const copies = new Map<string, Promise<Copy>>();
  const names = new Set<string>();
  let inputs: HeldFolder | undefined;

  function nameFor(file: StoredFile): string {
    const wanted = safeFileName(file.info.name);
    let n = 1;
    while (names.has(numberedFileName(wanted, n))) n += 1;
    const name = numberedFileName(wanted, n);
    names.add(name);
    return name;
  }

  async function refresh(folder: HeldFolder, file: StoredFile, before?: Copy): Promise<Copy> {
    const name = before?.name ?? nameFor(file);
    const path = folder.entry(name);
    if (before !== undefined && (await isAsLeft(path, before.left))) return before;
    await rm(path, { recursive: true, force: true });
    return { name, left: await copyTo(path, store, file, scratch) };
  }

  return {
    pathOf: (file) =>
      scratch.use(async () => {
        const folder = (inputs ??= makeInputs(scratch));
        const before = copies.get(file.info.id);
        // Calls for one file go one after the other, so that two never write the same copy.
        const copy = (before ?? Promise.resolve(undefined))
          .catch(() => undefined)
          .then((made) => refresh(folder, file, made));
        copies.set(file.info.id, copy);
        return join(folder.path, (await copy).name);
      }),
  };
}

function makeInputs(scratch: ScratchFolder): HeldFolder {
  try {
    return scratch.makeFolder("inputs");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return scratch.makeFolder(`inputs-${randomUUID()}`);
  }
}

async function isAsLeft(path: string, left: BigIntStats): Promise<boolean> {
  try {
    const now = await lstat(path, { bigint: true });
    return now.ino === left.ino && now.ctimeNs === left.ctimeNs && now.size === left.size;
  } catch {
    return false;
  }
}

async function copyTo(
  path: string,
  store: Store,
  file: StoredFile,
  scratch: ScratchFolder,
): Promise<BigIntStats> {
  // O_EXCL follows no link and takes no file that is there already.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(path, flags, 0o400);
  try {
    await copyContent(handle, store, file, scratch);
    await handle.chmod(0o444);
    return await handle.stat({ bigint: true });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Reads a part while the one before is written, on another thread: two parts are in memory at a time. */
async function copyContent(
  handle: FileHandle,
  store: Store,
  file: StoredFile,
  scratch: ScratchFolder,
): Promise<void> {
  let writing: Promise<void> | undefined;
  try {
    for (let offset = 0; offset < file.info.size; offset += PART_BYTES) {
      if (scratch.closing) throw new Error("The session ended while a file was materialised.");
      const bytes = await store.readContent(file.content, offset, PART_BYTES);
      await writing;
      writing = writeWhole(handle, bytes, offset);
      // It is awaited later: a fault until then must not count as unhandled.
      writing.catch(() => undefined);
    }
  } finally {
    // Nothing may still be written when the caller closes the file: its descriptor's number is given away again.
    await writing;
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    done += (await handle.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten;
  }
}
