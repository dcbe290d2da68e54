import type { ConversationMessage } from "@sandpipe/spec/v1";
import { StoreError } from "../store-error.js";
import { isStorableText } from "../storable-text.js";
import type { NewConversation, NewMessage, StoredConversation } from "../store.js";
import type { Connection } from "./connection.js";
import type { Sources } from "./files.js";

/** The tables `conversations` and `messages`. */
export interface Conversations {
  create(conversation: NewConversation): StoredConversation;
  get(id: string): StoredConversation | undefined;
  append(conversationId: string, message: NewMessage): ConversationMessage;
  messages(conversationId: string, from: number, limit: number): ConversationMessage[];
}

interface ConversationRow {
  id: string;
  project_id: string;
  title: string | null;
}

/** Keeps conversations in their tables, each message as JSON, which holds any text. */
export function createConversations(connection: Connection, { now, newId }: Sources): Conversations {
  function get(id: string): StoredConversation | undefined {
    if (!isStorableText(id)) return undefined;
    const row = connection.get<ConversationRow>("SELECT * FROM conversations WHERE id = ?", id);
    return row && { id: row.id, projectId: row.project_id, ...(row.title !== null && { title: row.title }) };
  }
  return {
    create({ id = newId(), projectId, title }) {
      if (![id, projectId, title ?? ""].every(isStorableText)) {
        throw new StoreError(
          "store_bad_value",
          "A conversation's ids and title may hold neither NUL nor lone surrogates.",
        );
      }
      connection.run("INSERT INTO conversations VALUES (?, ?, ?)", id, projectId, title ?? null);
      return { id, projectId, ...(title !== undefined && { title }) };
    },
    get,
    append(conversationId, { role, content, at = new Date(now()).toISOString() }) {
      if (get(conversationId) === undefined) {
        throw new StoreError(
          "store_bad_value",
          `There is no conversation ${conversationId}; create it first.`,
        );
      }
      const message = { role, content, at };
      connection.run(
        `INSERT INTO messages SELECT ?1, coalesce(max(position) + 1, 0), ?2 FROM messages WHERE conversation_id = ?1`,
        conversationId,
        JSON.stringify(message),
      );
      return message;
    },
    messages: (conversationId, from, limit) =>
      connection
        .all<{ message: string }>(
          "SELECT message FROM messages WHERE conversation_id = ? AND position >= ? ORDER BY position LIMIT ?",
          conversationId,
          from,
          limit,
        )
        .map((row) => JSON.parse(row.message) as ConversationMessage),
  };
}
