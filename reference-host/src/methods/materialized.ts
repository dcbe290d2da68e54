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
  readonly folder: string;
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
  const instead = `inputs-${randomUUID()}`;

  /** The folder may be the script's own work, or gone again: it is looked at anew each time. */
  function openInputs(): HeldFolder {
    try {
      return scratch.folder("inputs");
    } catch {
      return scratch.folder(instead);
    }
  }

  async function nameFor(file: StoredFile, folder: HeldFolder): Promise<string> {
    const wanted = safeFileName(file.info.name);
    for (let n = 1; ; n += 1) {
      const name = numberedFileName(wanted, n);
      if (names.has(name)) continue;
      names.add(name);
      // The script's own file of that name stays.
      if ((await look(folder.entry(name))) === undefined) return name;
    }
  }

  async function refresh(file: StoredFile, before?: Copy): Promise<Copy> {
    const folder = openInputs();
    try {
      const name = before?.name ?? (await nameFor(file, folder));
      const path = folder.entry(name);
      if (before?.folder === folder.path && (await isAsLeft(path, before.left))) return before;
      await rm(path, { recursive: true, force: true });
      return { folder: folder.path, name, left: await copyTo(path, store, file, scratch) };
    } finally {
      folder.release();
    }
  }

  return {
    pathOf: (file) =>
      scratch.use(async () => {
        const before = copies.get(file.info.id) ?? Promise.resolve(undefined);
        // Calls for one file go one after the other, so that two never write the same copy.
        const copy = before.catch(() => undefined).then((made) => refresh(file, made));
        copies.set(file.info.id, copy);
        const { folder, name } = await copy;
        return join(folder, name);
      }),
  };
}

async function look(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch {
    return undefined;
  }
}

async function isAsLeft(path: string, left: BigIntStats): Promise<boolean> {
  const now = await look(path);
  return now?.ino === left.ino && now.ctimeNs === left.ctimeNs && now.size === left.size;
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
