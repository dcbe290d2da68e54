import { CONTRACT_METHODS } from "@sandpipe/spec/v1";
import type { Conversation, ConversationsGetParams, SessionInfo } from "@sandpipe/spec/v1";
import { ConversationsGetParams as validate } from "#validators";
import { chain } from "../store/eventual.js";
import type { Eventual } from "../store/eventual.js";
import type { Store, StoredConversation } from "../store/store.js";
import type { Method } from "./method.js";
import { notFound } from "./method-fault.js";
import { decodeCursor, encodeCursor, entriesToFetch, fitPage } from "./page.js";
import { assertInScope } from "./session-scope.js";

/**
 * `conversations.get`: the session's conversation, messages oldest first in pages (`data:conversation:get`). A session
 * without a conversation has none to get: `not_found`.
 */
export function conversationsGet(store: Store): Method<ConversationsGetParams, Conversation> {
  return {
    name: "conversations.get",
    ...CONTRACT_METHODS["conversations.get"],
    validate,
    handle({ conversationId, cursor, limit }, { session, maxResultBytes }) {
      const from = cursor === undefined ? 0 : decodeCursor(cursor);
      assertInScope({ conversationId }, session);
      return chain(findConversation(store, session), (conversation) =>
        chain(store.listMessages(conversation.id, from, entriesToFetch(limit)), (fetched) => {
          const result = { ...conversation, messages: [] };
          const { entries, more } = fitPage(fetched, limit, { result, maxResultBytes });
          return {
            ...conversation,
            messages: entries,
            // `data:conversation:pages`
            ...(more && { nextCursor: encodeCursor(from + entries.length) }),
          };
        }),
      );
    },
  };
}

function findConversation(store: Store, session: SessionInfo): Eventual<StoredConversation> {
  // `data:conversation:none`
  if (session.conversationId === undefined) throw notFound("conversation");
  return chain(store.getConversation(session.conversationId), (conversation) => {
    // A session set up with a conversation of another project must not read it.
    if (conversation?.projectId !== session.projectId) throw notFound("conversation");
    return conversation;
  });
}
