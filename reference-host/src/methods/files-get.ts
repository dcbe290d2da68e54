import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { FileInfo, FilesGetParams } from "@sandpipe/spec/v1";
import { FilesGetParams as validate } from "#validators";
import { chain } from "../store/eventual.js";
import type { Store } from "../store/store.js";
import type { Method } from "./method.js";
import { findFile } from "./session-scope.js";

/** `files.get`: what is known of one file (`data:get:info`). */
export function filesGet(store: Store): Method<FilesGetParams, FileInfo> {
  return {
    name: "files.get",
    ...CONTRACT_METHODS["files.get"],
    validate,
    handle: ({ fileId }, { session }) => chain(findFile(store, fileId, session), (file) => file.info),
  };
}
