import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { FilesMaterializeParams, FilesMaterializeResult } from "@sandpipe/spec/v1";
import { FilesMaterializeParams as validate } from "#validators";
import type { Store } from "../store/store.js";
import type { Materialized } from "./materialized.js";
import type { Method } from "./method.js";
import { findFile } from "./session-scope.js";

/** `files.materialize`: the same bytes as a file that the script can open (`data:materialize:same-bytes`). */
export function filesMaterialize(
  store: Store,
  materialized: Materialized,
): Method<FilesMaterializeParams, FilesMaterializeResult> {
  return {
    name: "files.materialize",
    ...CONTRACT_METHODS["files.materialize"],
    validate,
    async handle({ fileId }, { session }) {
      return { path: await materialized.pathOf(await findFile(store, fileId, session)) };
    },
  };
}
