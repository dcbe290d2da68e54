import type { SessionInfo } from "@sandpipe/spec/v1";
import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import type { FileScope, Store, StoredFile } from "../store/store.js";
import { notFound, outOfScope } from "./method-fault.js";

/** The ids that a call may name, each only if it is the session's own. */
interface NamedScope {
  readonly projectId?: string | undefined;
  readonly conversationId?: string | undefined;
}

/** What the session may see; without a conversation only the project's own (`scope:session:no-conversation`). */
export function scopeOf({ projectId, conversationId }: SessionInfo): FileScope {
  return { projectId, ...(conversationId !== undefined && { conversationId }) };
}

/** @throws MethodError `out_of_scope` when an id is named that isn't the session's (`scope:name:out-of-scope`) */
export function assertInScope(named: NamedScope, session: SessionInfo): void {
  if (named.projectId !== undefined && named.projectId !== session.projectId) throw outOfScope("projectId");
  if (named.conversationId !== undefined && named.conversationId !== session.conversationId) {
    throw outOfScope("conversationId");
  }
}

/** @throws MethodError `not_found`, for a foreign file like for one that doesn't exist */
export function findFile(store: Store, id: string, session: SessionInfo): Eventual<StoredFile> {
  return chain(store.getFile(id, scopeOf(session)), (file) => {
    if (file === undefined) throw notFound("file");
    return file;
  });
}
