import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { FileInfo, FilesWriteParams } from "@sandpipe/spec/v1";
import { FilesWriteParams as validate } from "#validators";
import { chain } from "../store/eventual.js";
import type { Store } from "../store/store.js";
import { decodeContent, newFile } from "./file-content.js";
import type { Method } from "./method.js";
import type { Quota } from "./storage-quota.js";

/** `files.write`: stores a content that fits one frame as a new file (`data:write:stored`). */
export function filesWrite(store: Store, quota: Quota): Method<FilesWriteParams, FileInfo> {
  return {
    name: "files.write",
    ...CONTRACT_METHODS["files.write"],
    validate,
    handle({ name, content, encoding, mime }, { session }) {
      const file = newFile(name, mime, session);
      const bytes = decodeContent(content, encoding);
      quota.take(bytes.byteLength, 0);
      const writer = store.writeContent();
      return chain(writer.append(bytes), () => chain(writer.finish(file), (stored) => stored.info));
    },
  };
}
