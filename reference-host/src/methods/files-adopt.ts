import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { FileInfo, FilesAdoptParams } from "@sandpipe/spec/v1";
import { FilesAdoptParams as validate } from "#validators";
import type { ContentWriter, NewFile, Store } from "../store/store.js";
import { newFile } from "./file-content.js";
import type { Method } from "./method.js";
import { invalidParams } from "./method-fault.js";
import type { ScratchFolder } from "./scratch-folder.js";
import type { Quota } from "./storage-quota.js";

/** Bytes copied at a time: other calls are served between two parts. */
const PART_BYTES = 262_144;

/**
 * `files.adopt`: copies a file that the script wrote in its scratch folder (`data:adopt:scratch-only`). Size and hash
 * are of what was copied, whatever the script does to the file meanwhile.
 */
export function filesAdopt(
  store: Store,
  scratch: ScratchFolder,
  quota: Quota,
): Method<FilesAdoptParams, FileInfo> {
  return {
    name: "files.adopt",
    ...CONTRACT_METHODS["files.adopt"],
    validate,
    async handle({ path, name, mime }, { session }) {
      assertPlainName(path);
      const file = newFile(name ?? path, mime, session);
      return scratch.use(async () => {
        const handle = await openScratchFile(scratch.entry(path), quota.limits.fileBytes);
        try {
          return await adopt(handle, file);
        } finally {
          await handle.close();
        }
      });
    },
  };

  async function adopt(handle: FileHandle, file: NewFile): Promise<FileInfo> {
    const writer = store.writeContent();
    try {
      await copyContent(handle, writer);
      return (await writer.finish(file)).info;
    } finally {
      await writer.discard();
    }
  }

  async function copyContent(handle: FileHandle, writer: ContentWriter): Promise<void> {
    const part = Buffer.allocUnsafe(PART_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(part, 0, PART_BYTES, null);
      if (bytesRead === 0) return;
      if (scratch.closing) throw new Error("The session ended while a file was adopted.");
      quota.take(bytesRead, writer.length);
      // `data:adopt:copied`
      await writer.append(part.subarray(0, bytesRead));
    }
  }
}

function assertPlainName(path: string): void {
  const plain = path !== "" && path !== "." && path !== ".." && !/[/\0]/.test(path) && path.isWellFormed();
  if (plain && Buffer.byteLength(path) <= 255) return;
  throw invalidParams(
    "path must be the plain name of a file in the scratch folder, without a folder before it.",
  );
}

/** Opens without following a link and without waiting for a FIFO's writer, and looks at what was opened. */
async function openScratchFile(path: string, maxBytes: number): Promise<FileHandle> {
  const refused = invalidParams(
    "path must be a regular file of the scratch folder itself, neither a link, nor linked elsewhere, nor a folder.",
  );
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    throw refused;
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || stat.nlink !== 1) throw refused;
    if (stat.size > maxBytes) {
      throw invalidParams(`The file is larger than ${maxBytes} bytes, the most that is taken.`);
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
