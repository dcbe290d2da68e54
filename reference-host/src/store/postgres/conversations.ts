import type { ConversationMessage } from "@sandpipe/spec/v1";
import { StoreError } from "../store-error.js";
import { isStorableText } from "../storable-text.js";
import type { NewConversation, NewMessage, StoredConversation } from "../store.js";
import type { Database } from "./database.js";
import type { Sources } from "./files.js";

/** The tables `conversations` and `messages`. */
export interface Conversations {
  create(conversation: NewConversation): Promise<StoredConversation>;
  get(id: string): Promise<StoredConversation | undefined>;
  append(conversationId: string, message: NewMessage): Promise<ConversationMessage>;
  messages(conversationId: string, from: number, limit: number): Promise<ConversationMessage[]>;
}

interface ConversationRow {
  id: string;
  project_id: string;
  title: string | null;
}

/** Keeps conversations in their tables, each message as JSON text, which holds any text. */
export function createConversations(database: Database, { now, newId }: Sources): Conversations {
  const { query, repeat } = database;
  return {
    async create({ id = newId(), projectId, title }) {
      if (![id, projectId, title ?? ""].every(isStorableText)) {
        throw new StoreError(
          "store_bad_value",
          "A conversation's ids and title may hold neither NUL nor lone surrogates.",
        );
      }
      await query("INSERT INTO sandpipe.conversations VALUES ($1, $2, $3)", [id, projectId, title ?? null]);
      return { id, projectId, ...(title !== undefined && { title }) };
    },
    async get(id) {
      if (!isStorableText(id)) return undefined;
      const [row] = await repeat<ConversationRow>("SELECT * FROM sandpipe.conversations WHERE id = $1", [id]);
      return (
        row && { id: row.id, projectId: row.project_id, ...(row.title !== null && { title: row.title }) }
      );
    },
    append: (conversationId, { role, content, at = new Date(now()).toISOString() }) =>
      database.transaction(async (run) => {
        // The lock makes the next statement see what every writer before has added.
        const found = isStorableText(conversationId)
          ? await run("SELECT 1 FROM sandpipe.conversations WHERE id = $1 FOR UPDATE", [conversationId])
          : [];
        if (found.length === 0) {
          throw new StoreError(
            "store_bad_value",
            `There is no conversation ${conversationId}; create it first.`,
          );
        }
        const message = { role, content, at };
        await run(
          `INSERT INTO sandpipe.messages
           SELECT $1, coalesce(max(position) + 1, 0), $2 FROM sandpipe.messages WHERE conversation_id = $1`,
          [conversationId, JSON.stringify(message)],
        );
        return message;
      }),
    async messages(conversationId, from, limit) {
      if (!isStorableText(conversationId)) return [];
      const rows = await repeat<{ message: string }>(
        `SELECT message FROM sandpipe.messages WHERE conversation_id = $1 AND position >= $2
         ORDER BY position LIMIT $3`,
        [conversationId, from, limit],
      );
      return rows.map((row) => JSON.parse(row.message) as ConversationMessage);
    },
  };
}
