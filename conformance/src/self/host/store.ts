import { createHash } from "node:crypto";
import type { Fixture, FixtureFile, RunSession } from "@sandpipe/spec/control";
import type { FileInfo } from "@sandpipe/spec/v1";
import type { Deviations } from "./deviations.js";
import { kindError } from "./method.js";

/** A stored file. */
export interface StoredFile {
  readonly info: FileInfo;
  readonly bytes: Buffer;
}

/** What one run's methods read and write, in memory, seen through the session's scope. */
export interface Store {
  readonly fixture: Fixture;
  /** Files in scope, oldest first (`scope:list:filtered`). */
  list(session: RunSession): readonly StoredFile[];
  /** The file of that id; `not_found` outside the scope as well (`scope:file:foreign-not-found`). */
  get(id: string, session: RunSession): StoredFile;
  /** Stores bytes under the session's ids. */
  add(file: NewFile, session: RunSession): FileInfo;
  /** Throws `out_of_scope` when another project or conversation is named (`scope:name:out-of-scope`). */
  demandScope(named: Named, session: RunSession): void;
}

/** Stands for no scope at all: only a fault of the HTTP routes has it. */
export const WITHOUT_SCOPE: RunSession = { projectId: "" };

/** A file that a method makes. */
export interface NewFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly mime?: string | undefined;
}

/** Ids that params name. */
export interface Named {
  readonly projectId?: string | undefined;
  readonly conversationId?: string | undefined;
}

/** Fills a store from a fixture. */
export function createStore(fixture: Fixture, deviations: Deviations): Store {
  const files = new Map((fixture.files ?? []).map((file) => [file.id, storedFrom(file, deviations)]));
  let made = 0;
  const inScope = ({ info }: StoredFile, session: RunSession): boolean => {
    if (info.projectId !== session.projectId) return false;
    if (session.conversationId === undefined && deviations.has("absent-conversation-is-all")) return true;
    return info.conversationId === undefined || info.conversationId === session.conversationId;
  };
  return {
    fixture,
    list: (session) =>
      [...files.values()].filter((file) =>
        deviations.has("list-unfiltered")
          ? file.info.projectId === session.projectId
          : inScope(file, session),
      ),
    get(id, session) {
      const file = files.get(id);
      const served = deviations.has("foreign-file-served") || session === WITHOUT_SCOPE;
      if (file !== undefined && (inScope(file, session) || served)) return file;
      if (file !== undefined && deviations.has("foreign-file-told"))
        throw kindError("out_of_scope", "the file belongs to another conversation");
      throw kindError("not_found", "there is no such file");
    },
    add({ name, bytes, mime }, session) {
      const id = `made-${++made}`;
      const ids = deviations.has("write-without-conversation") ? { projectId: session.projectId } : session;
      const info = infoOf({ id, name, ...ids, ...(mime === undefined ? {} : { mime }) }, bytes, deviations);
      files.set(id, { info, bytes });
      return info;
    },
    demandScope(named, session) {
      if (deviations.has("foreign-name-served")) return;
      const foreign =
        (named.projectId ?? session.projectId) !== session.projectId ||
        (named.conversationId ?? session.conversationId) !== session.conversationId;
      if (!foreign) return;
      const known = fixture.conversations?.some(({ id }) => id === named.conversationId) ?? false;
      if (deviations.has("foreign-name-not-found") && !known)
        throw kindError("not_found", "there is no such thing");
      throw kindError("out_of_scope", "the session may not name this project or conversation");
    },
  };
}

function storedFrom(file: FixtureFile, deviations: Deviations): StoredFile {
  const { content, encoding, ...rest } = file;
  const bytes = Buffer.from(content, encoding);
  return { info: infoOf(rest, bytes, deviations), bytes };
}

function infoOf(ids: Omit<FileInfo, "size">, bytes: Buffer, deviations: Deviations): FileInfo {
  const size = deviations.has("size-in-characters") ? Array.from(bytes.toString()).length : bytes.length;
  return { ...ids, size, sha256: createHash("sha256").update(bytes).digest("hex") };
}
