import { linkSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { makeOwnedFolder, removeFolder } from "../process/owned-folder.js";
import type { ContentId, Store } from "../store/store.js";

/** Contents of stores as files of the host's own, each copied out once and linked into every session that wants it. */
export interface ContentCache {
  /** Makes a hard link to the content's file. */
  link(store: Store, content: ContentId, size: number, to: string): Promise<void>;
}

/** Bytes read at a time: other calls are served between two parts. */
const PART_BYTES = 1_048_576;

/** What is kept for later sessions, at most, and but for the last one used. */
const MAX_BYTES = 4_294_967_296;

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly written: Promise<void>;
}

let shared: ContentCache | undefined;

/** The cache of this process; its folder goes with the process, or is removed by a later host. */
export function processContentCache(): ContentCache {
  return (shared ??= createContentCache(MAX_BYTES));
}

/** Creates a cache that removes what was not used for longest while it holds more than `maxBytes`. */
export function createContentCache(maxBytes: number): ContentCache {
  let folder: string | undefined;
  let last = 0;
  let bytes = 0;
  /** In the order of use; a content never changes, and its id belongs to its store. */
  const entries = new Map<string, Entry>();
  const numbers = new WeakMap<Store, number>();
  let stores = 0;

  const keyOf = (store: Store, content: ContentId): string => {
    const number = numbers.get(store) ?? ++stores;
    numbers.set(store, number);
    return `${number}:${content}`;
  };
  const home = (): string => {
    if (folder === undefined) {
      const made = makeOwnedFolder();
      folder = made;
      process.once("exit", () => removeFolder(made));
    }
    return folder;
  };
  const forget = (key: string, entry: Entry): void => {
    if (!entries.delete(key)) return;
    bytes -= entry.size;
    // The links that sessions have stay.
    rmSync(entry.path, { force: true });
  };
  const enter = (key: string, store: Store, content: ContentId, size: number): Entry => {
    const path = join(home(), String(++last));
    const entry: Entry = { path, size, written: copyOut(path, store, content, size) };
    // It is awaited below; a fault before that must not count as unhandled.
    entry.written.catch(() => forget(key, entry));
    bytes += size;
    return entry;
  };

  return {
    async link(store, content, size, to) {
      const key = keyOf(store, content);
      const entry = entries.get(key) ?? enter(key, store, content, size);
      entries.delete(key);
      entries.set(key, entry);
      for (const [other, old] of entries) {
        if (bytes <= maxBytes || old === entry) break;
        forget(other, old);
      }
      await entry.written;
      linkSync(entry.path, to);
    },
  };
}

async function copyOut(path: string, store: Store, content: ContentId, size: number): Promise<void> {
  const handle = await open(path, "wx", 0o400);
  try {
    for (let offset = 0; offset < size; offset += PART_BYTES) {
      await writeWhole(handle, await store.readContent(content, offset, PART_BYTES));
    }
    await handle.chmod(0o444);
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    done += (await handle.write(bytes, done, bytes.byteLength - done)).bytesWritten;
  }
}
