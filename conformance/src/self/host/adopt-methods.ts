import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FilesAdoptParams, FilesMaterializeParams } from "#validators";
import type { Deviations } from "./deviations.js";
import { defineMethod, type FileMethods } from "./define-method.js";
import type { IsolatedFolders } from "./isolate.js";
import { badParams } from "./method.js";
import type { Store, StoredFile } from "./store.js";

/** `files.materialize` and `files.adopt`: files that pass through the scratch folder, without wire cost. */
export function createAdoptMethods(
  store: Store,
  { scratch, inputs }: IsolatedFolders,
  deviations: Deviations,
): FileMethods {
  // Held since the start, so that no renamed folder can take its place (data:adopt:scratch-only).
  const folder = openSync(scratch, constants.O_RDONLY | constants.O_DIRECTORY);
  const own = mkdtempSync(join(tmpdir(), "sandpipe-self-store-"));
  let made = 0;
  const materialize = (file: StoredFile): string => {
    const path = join(inputs, `m${++made}-${file.info.id.replaceAll(/\W/gu, "_")}`);
    writeFileSync(path, deviations.has("materialized-as-text") ? file.bytes.toString("utf8") : file.bytes);
    return path;
  };
  const methods = [
    defineMethod("files.materialize", FilesMaterializeParams, ({ fileId }, { session }) => {
      const file = store.get(fileId, session);
      if (!deviations.has("materialized-own-bytes")) return { path: materialize(file) };
      const path = join(own, "shared");
      writeFileSync(path, file.bytes);
      // The fault: what is read later is read from the file that the script was given.
      Object.defineProperty(file, "bytes", { get: () => readFileSync(path), configurable: true });
      return { path };
    }),
    defineMethod(
      "files.adopt",
      FilesAdoptParams,
      ({ path, name, mime }, { session }) => {
        const info = store.add(
          { name: name ?? path, mime, bytes: readPlainFile(folder, path, deviations) },
          session,
        );
        if (deviations.has("adopted-stays-linked"))
          // The fault: what was checked is not what is read later.
          Object.defineProperty(store.get(info.id, session), "bytes", {
            get: () => readPlainFile(folder, path, deviations),
          });
        return info;
      },
      false,
    ),
  ];
  return {
    methods,
    dispose() {
      closeSync(folder);
      rmSync(own, { recursive: true, force: true });
    },
  };
}

/** The bytes of one regular file with one link, directly in the folder. */
function readPlainFile(folder: number, name: string, deviations: Deviations): Buffer {
  const plain = name !== "" && name !== "." && name !== ".." && !/[/\0]/u.test(name);
  if (!plain && !deviations.has("adopt-takes-paths"))
    throw badParams("path is one plain file name in the scratch folder");
  const follow = deviations.has("adopt-follows-links") ? 0 : constants.O_NOFOLLOW;
  let descriptor: number;
  try {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | follow;
    descriptor = openSync(`/proc/self/fd/${folder}/${name}`, flags);
  } catch {
    throw badParams("path names no plain file in the scratch folder");
  }
  try {
    const { nlink, isFile } = statOf(descriptor);
    if (!isFile || (nlink !== 1 && !deviations.has("adopt-takes-hard-links")))
      throw badParams("path names no regular file with one link");
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function statOf(descriptor: number): { nlink: number; isFile: boolean } {
  const stat = fstatSync(descriptor);
  return { nlink: stat.nlink, isFile: stat.isFile() };
}
