import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { FilesListParams, FilesListResult } from "@sandpipe/spec/v1";
import { FilesListParams as validate } from "#validators";
import { chain } from "../store/eventual.js";
import type { Store } from "../store/store.js";
import type { Method } from "./method.js";
import { decodeCursor, encodeCursor, entriesToFetch, fitPage } from "./page.js";
import { assertInScope, scopeOf } from "./session-scope.js";

/** `files.list`: the files in scope, in the order in which they came (`scope:list:filtered`, `data:list:pages`). */
export function filesList(store: Store): Method<FilesListParams, FilesListResult> {
  return {
    name: "files.list",
    ...CONTRACT_METHODS["files.list"],
    validate,
    handle(params, { session, maxResultBytes }) {
      const after = params.cursor === undefined ? undefined : decodeCursor(params.cursor);
      assertInScope(params, session);
      const fetched = store.listFiles({
        scope: scopeOf(session),
        conversationOnly: params.conversationId !== undefined,
        limit: entriesToFetch(params.limit),
        ...(after !== undefined && { after }),
      });
      return chain(fetched, (stored) => {
        const { entries: files, more } = fitPage(
          stored.map((file) => file.info),
          params.limit,
          { result: { files: [] }, maxResultBytes },
        );
        const last = stored[files.length - 1];
        return { files, ...(more && last && { nextCursor: encodeCursor(last.position) }) };
      });
    },
  };
}
