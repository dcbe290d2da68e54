import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { FilesMaterializeParams, FilesMaterializeResult } from "@sandpipe/spec/v1";
import { FilesMaterializeParams as validate } from "#validators";
import type { Store } from "../store/store.js";
import { createMaterialized } from "./materialized.js";
import type { Method } from "./method.js";
import type { ScratchFolder } from "./scratch-folder.js";
import { findFile } from "./session-scope.js";

/** `files.materialize` without isolation: a copy in the scratch folder (`data:materialize:same-bytes`). */
export function filesMaterialize(
  store: Store,
  scratch: ScratchFolder,
): Method<FilesMaterializeParams, FilesMaterializeResult> {
  const materialized = createMaterialized(store, scratch);
  return {
    name: "files.materialize",
    ...CONTRACT_METHODS["files.materialize"],
    validate,
    async handle({ fileId }, { session }) {
      return { path: await materialized.pathOf(await findFile(store, fileId, session)) };
    },
  };
}
