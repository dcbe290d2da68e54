import type { Fixture } from "@sandpipe/spec/control";
import {
  ConversationsGetParams,
  FilesGetParams,
  FilesListParams,
  FilesReadParams,
  FilesWriteParams,
  ProjectsGetParams,
  type Validator,
} from "#validators";
import { createAdoptMethods } from "./adopt-methods.js";
import { defineMethod, type FileMethods } from "./define-method.js";
import type { Deviations } from "./deviations.js";
import type { IsolatedFolders } from "./isolate.js";
import { kindError, type CallContext } from "./method.js";
import { page } from "./page.js";
import { readRange } from "./read-range.js";
import { createStore, type Store } from "./store.js";
import { createUploadMethods } from "./upload-methods.js";

/** Creates the contract's methods over an in-memory store. */
export function createFileMethods(
  fixture: Fixture,
  folders: IsolatedFolders,
  deviations: Deviations,
): FileMethods {
  const store = createStore(fixture, deviations);
  const adopt = createAdoptMethods(store, folders, deviations);
  const methods = [
    defineMethod("files.list", FilesListParams, (params, { session, limits }) => {
      store.demandScope(params, session);
      const files = store
        .list(session)
        .filter(
          ({ info }) => params.conversationId === undefined || info.conversationId === params.conversationId,
        );
      const entries = files.map(({ info }) => info);
      return page({ entries, member: "files", ...params }, limits, deviations);
    }),
    defineMethod("files.get", FilesGetParams, ({ fileId }, { session }) => store.get(fileId, session).info),
    defineMethod("files.read", lenient(FilesReadParams, deviations), (params, { session, limits, text }) => {
      if (deviations.has("duplicate-member-read-twice"))
        return readTwice(store, params.fileId, text, session);
      return readRange(store.get(params.fileId, session).bytes, params, limits.maxFrameBytes, deviations);
    }),
    defineMethod(
      "files.write",
      FilesWriteParams,
      ({ name, content, encoding, mime }, { session }) =>
        store.add({ name, bytes: Buffer.from(content, encoding), mime }, session),
      false,
    ),
    defineMethod("projects.get", ProjectsGetParams, (params, { session }) => {
      store.demandScope(params, session);
      const { projects = [] } = store.fixture;
      const project = deviations.has("first-project-returned")
        ? projects[0]
        : projects.find(({ id }) => id === session.projectId);
      if (project === undefined) throw kindError("not_found", "there is no such project");
      return project;
    }),
    defineMethod("conversations.get", ConversationsGetParams, (params, { session, limits }) => {
      store.demandScope(params, session);
      const first = session.conversationId === undefined && deviations.has("absent-conversation-first");
      const conversation = store.fixture.conversations?.find(
        ({ id }) => first || id === session.conversationId,
      );
      if (conversation === undefined) throw kindError("not_found", "there is no such conversation");
      const { messages } = conversation;
      const ordered = deviations.has("messages-reversed") ? messages.toReversed() : messages;
      return {
        ...conversation,
        ...page({ entries: ordered, member: "messages", ...params }, limits, deviations),
      };
    }),
    ...createUploadMethods(store, deviations),
    ...adopt.methods,
  ];
  return { methods, dispose: adopt.dispose };
}

function lenient<P>(validator: Validator<P>, deviations: Deviations): Validator<P> {
  if (!deviations.has("bad-range-clamped")) return validator;
  return (value): value is P => {
    const { offset, length, ...rest } = value as { offset?: number; length?: number };
    return validator({ ...rest, offset: Math.max(offset ?? 0, 0), length: Math.max(length ?? 0, 0) });
  };
}

/** The fault of two look-ups in one text: the check takes the first member, the read the last. */
function readTwice(store: Store, fileId: string, text: string, session: CallContext["session"]): unknown {
  const first = /"fileId":"([^"]*)"/u.exec(text)?.[1] ?? fileId;
  store.get(first, session);
  const { projectId } = session;
  const conversations = [undefined, ...(store.fixture.conversations ?? []).map(({ id }) => id)];
  const file = conversations
    .flatMap((conversationId) => [
      ...store.list(conversationId === undefined ? session : { projectId, conversationId }),
    ])
    .find(({ info }) => info.id === fileId);
  if (file === undefined) throw kindError("not_found", "there is no such file");
  return readRange(file.bytes, { fileId, encoding: "utf8" }, 65_536, { has: () => false });
}
