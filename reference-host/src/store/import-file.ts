import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import type { FileInfo } from "@sandpipe/spec/v1";
import { StoreError } from "./store-error.js";
import type { ImportFileOptions, Store } from "./store.js";

/** Bytes read at a time. */
const PART_BYTES = 262_144;

/** Copies a file of the host's disk into a store, part by part. */
export async function importFile(store: Store, path: string, options: ImportFileOptions): Promise<FileInfo> {
  const handle = await openRegularFile(path);
  const writer = store.writeContent();
  try {
    const part = Buffer.allocUnsafe(PART_BYTES);
    for (;;) {
      const { bytesRead } = await readPart(handle, part, path);
      if (bytesRead === 0) break;
      await writer.append(part.subarray(0, bytesRead));
    }
    const { name = basename(path), ...where } = options;
    return (await writer.finish({ name, ...where })).info;
  } finally {
    await writer.discard();
    await handle.close();
  }
}

async function openRegularFile(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    // Non-blocking, or opening a FIFO would wait for its writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError("import_unreadable", `Can't import ${path}: ${reason}. Check the path.`, error);
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new StoreError("import_unreadable", `Can't import ${path}: it is no regular file. Name a file.`);
}

async function readPart(handle: FileHandle, part: Buffer, path: string): Promise<{ bytesRead: number }> {
  try {
    return await handle.read(part, 0, part.byteLength, null);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError("import_unreadable", `Can't import ${path}: ${reason}.`, error);
  }
}
